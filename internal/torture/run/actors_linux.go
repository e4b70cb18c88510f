package run

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// hang is how long a step may take before the run gives it up.
const hang = 110 * time.Second

// wide returns how long something may take that usually takes d at most.
func (r *runner) wide(d time.Duration) time.Duration {
	return d * time.Duration(max(r.opt.Stretch, 1))
}

// round has all actors take their steps of a round.
func (r *runner) round(round int) error {
	for _, m := range r.mounts {
		if !r.follows(m, round) {
			continue
		}
		if err := r.check(m, plan.Step{Do: plan.Follow}); err != nil {
			return err
		}
	}
	r.mu.Lock()
	r.count = 0
	r.mu.Unlock()
	var actors errgroup.Group
	done := make(chan struct{})
	for by := range r.opt.Plan.Setup.Workers {
		actors.Go(func() error { return r.work(by, r.opt.Plan.Of(by, round)) })
	}
	var god errgroup.Group
	god.Go(func() error {
		r.watch(done)
		return nil
	})
	god.Go(func() error {
		err := r.change(r.opt.Plan.Of(plan.World, round), done)
		if err != nil {
			r.stop(err) // or workers would wait for what the world was to do
		}
		return err
	})
	err := actors.Wait()
	close(done)
	return errors.Join(err, god.Wait())
}

// work has a worker take steps, one after the other.
func (r *runner) work(by int, steps []plan.Step) error {
	for _, s := range steps {
		if _, err := r.do(by, r.world.Place(s)); err != nil {
			return err
		}
	}
	return nil
}

// do has a worker carry out a step once its time has come.
func (r *runner) do(by int, s plan.Step) (history.Answer, error) {
	if err := r.awaitTurn(s, nil); err != nil {
		return history.Answer{}, err
	}
	r.beginStep(s)
	a, err := r.answer(by, s)
	if err != nil {
		return a, errors.Join(context.Cause(r.ctx), err)
	}
	r.endStep(s, a)
	return a, context.Cause(r.ctx)
}

// change has the world take steps, each once enough steps of workers have ended.
// done tells that the workers have no more.
func (r *runner) change(steps []plan.Step, done <-chan struct{}) error {
	for _, s := range steps {
		if err := r.awaitTurn(s, done); err != nil {
			return err
		}
		r.beginStep(s)
		if err := r.alter(s); err != nil {
			return fmt.Errorf("step %d, %s: %w", s.ID, s.Do, err)
		}
		r.endStep(s, history.Answer{})
	}
	return nil
}

// alter carries out a step of the world.
func (r *runner) alter(s plan.Step) error {
	if _, _, ok := s.DiskFault(); ok {
		return r.failDisk(s)
	}
	changes, err := r.world.Change(s)
	if s.Do == plan.Heal {
		err = errors.Join(err, r.healDisk(s.Ends))
	}
	if err != nil || changes {
		return errors.Join(err, r.setLink())
	}
	switch s.Do {
	case plan.Stop:
		r.mounts[s.Mount].mount.Stop(s.Signal)
	case plan.Crash:
		return r.crash(s)
	case plan.Clock:
		if r.moves { // or the program would not know of it
			return r.clock.Set(s.Wall)
		}
	case plan.Kill, plan.Unmount:
		return r.remount(s)
	case plan.Pull:
		return r.pull(s)
	case plan.Empty, plan.Swap, plan.Unlock:
		return r.damage(s)
	case plan.Outwait:
		return r.outwait(s)
	case plan.Rival:
		return r.rival(s)
	default:
		return fmt.Errorf("the world cannot %s", s.Do)
	}
	return nil
}

// setLink has the link of the namespace be down or up, as the world is.
func (r *runner) setLink() error {
	state := map[bool]string{true: "down", false: "up"}[r.world.IsDown()]
	if state == r.link {
		return nil
	}
	r.link = state
	if out, err := exec.Command("ip", "link", "set", "lo", state).CombinedOutput(); err != nil {
		return fmt.Errorf("ip: %w: %s", err, out)
	}
	return nil
}
