package run

import (
	"errors"
	"fmt"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
	"github.com/tunesfs/tunesfs/internal/torture/worker"
)

// crashTimeout is how long a killed client may take to be gone: the program answers its
// request, or at least lets go of it.
const crashTimeout = 10 * time.Second

// crash kills a worker in the middle of what it does, and puts another in its place.
func (r *runner) crash(s plan.Step) error {
	by := s.Slot
	if err := r.worker(by).Kill(r.wide(crashTimeout)); err != nil {
		r.report("a killed client ends", s, err.Error())
	}
	p, err := r.startWorker(by)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.workers[by] = p
	r.changeLocked()
	return nil
}

// worker returns the process that is a worker now.
func (r *runner) worker(by int) *worker.Process {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.workers[by]
}

// answer has a worker carry out a step. The answer of a worker that was killed is that it
// was, once there is another.
func (r *runner) answer(by int, s plan.Step) (history.Answer, error) {
	p := r.worker(by)
	defer r.freePages(s)()
	a, err := p.Do(r.ctx, s, r.wide(hang))
	switch {
	case errors.Is(err, worker.ErrNoAnswer):
		r.of(by).mount.Dump()
		r.report("nothing hangs", s, fmt.Sprintf("no answer after %v; the stacks are in the log", hang))
	case err != nil && p.Killed():
		err = r.await(turn{readyLocked: func() bool { return r.workers[by] != p }})
		return history.Answer{ID: s.ID, Killed: true}, err
	}
	return a, err
}
