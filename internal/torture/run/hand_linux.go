package run

import (
	"errors"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/mount"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
	"github.com/tunesfs/tunesfs/internal/torture/worker"
)

// startWorker starts a process that uses a mount.
func (r *runner) startWorker(by int) (*worker.Process, error) {
	var user *syscall.Credential
	if r.opt.Plan.Setup.User {
		user = mount.Nobody
	}
	return worker.Start(r.ctx, []string{r.opt.Self, "worker"}, r.of(by).opt.Dir, r.opt.Binary, r.env, user)
}

// handOf returns the worker of the world that uses a mount. It has no steps in a plan.
func (r *runner) handOf(mount int) int { return r.opt.Plan.Setup.Workers + mount }

// prepared are the verbs that lead to where a verb has something to do.
var prepared = map[string][]string{
	"start":  {"cancel"},
	"pause":  {"cancel", "start"},
	"cancel": {"start"},
}

// midway is how long a download goes on before a verb meets it: less than until the
// program records by itself.
const midway = 30 * time.Millisecond

// rule has the world give a verb, which must have an effect, and look at the effect.
func (r *runner) rule(s plan.Step) error {
	for _, verb := range prepared[s.Verb] {
		if err := r.byHand(plan.Step{Do: plan.Control, Path: s.Path, Verb: verb, How: "xattr", Mount: s.Mount}); err != nil {
			return err
		}
	}
	if s.Verb != "start" {
		time.Sleep(midway)
	}
	err := r.byHand(plan.Step{Do: plan.Control, Path: s.Path, Verb: s.Verb, How: "xattr", Mount: s.Mount})
	if err != nil || s.Verb == "start" {
		return err // to look would give it time to be recorded
	}
	return r.ask(s)
}

// outwait has the world read a file, of which nothing is held, while a fault strikes.
func (r *runner) outwait(s plan.Step) error {
	if err := r.byHand(plan.Step{Do: plan.Control, Path: s.Path, Verb: "cancel", How: "xattr", Mount: s.Mount}); err != nil {
		return err
	}
	struck := s.Path
	if s.Fault == "down" {
		struck = "" // there is one link
	}
	err := errors.Join(r.world.Strike(s.ID, s.Fault, struck, false, 0), r.setLink())
	if err == nil {
		err = r.byHand(plan.Step{Do: plan.Copy, Path: s.Path, How: "cp", Mount: s.Mount})
	}
	r.world.Heal(s.ID)
	return errors.Join(err, r.setLink())
}

// ask has the oracle see the state of a file and how much of it is held.
func (r *runner) ask(s plan.Step) error {
	for _, name := range []string{"state", "downloaded"} {
		if err := r.byHand(plan.Step{Do: plan.Get, Path: s.Path, Name: "user.tunesfs." + name, Mount: s.Mount}); err != nil {
			return err
		}
	}
	return nil
}

// byHand has the world's own worker carry out a step, which may fail.
func (r *runner) byHand(s plan.Step) error {
	r.hands.Lock()
	defer r.hands.Unlock()
	_, err := r.byHandLocked(s)
	return err
}

func (r *runner) byHandLocked(s plan.Step) (history.Answer, error) {
	s = r.checked(r.world.Place(s))
	s.By = r.handOf(s.Mount)
	return r.do(s.By, s)
}
