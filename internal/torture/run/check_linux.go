package run

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/oracle"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// checked returns a step with an ID of its own.
func (r *runner) checked(s plan.Step) plan.Step {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.ID = r.next
	r.next++
	return s
}

// check has the first worker of a mount carry out a step that must succeed.
func (r *runner) check(m *instance, s plan.Step) error {
	_, err := r.checkBy(m.workers[0], s)
	return err
}

// remembered is how long a failed download may keep its error: it tries again after a
// short back-off.
const remembered = 3 * time.Second

// checkBy has a worker carry out a step that must succeed, at last.
func (r *runner) checkBy(by int, s plan.Step) (a history.Answer, err error) {
	for end := time.Now().Add(r.wide(remembered)); ; time.Sleep(100 * time.Millisecond) {
		s = r.checked(s)
		s.By = by
		a, err = r.do(by, s)
		if err != nil || a.Errno == "" || time.Now().After(end) {
			break
		}
	}
	if err == nil && a.Errno != "" {
		r.fault("all is well in a quiet time", s, a, a.Call+" fails with "+a.Errno)
		err = r.cause()
	}
	return a, err
}

// fault reports an answer that is not what a quiet time wants.
func (r *runner) fault(rule string, s plan.Step, a history.Answer, text string) {
	e := history.Event{At: r.now(), Kind: history.Ended, Step: s, Answer: a}
	r.whose(s).oracle.Report(oracle.Finding{Rule: rule, Event: e, Text: text})
	r.stopIfFound()
}

// cause returns why the run is to end, nil if it goes on.
func (r *runner) cause() error { return context.Cause(r.ctx) }

// current returns the files that the origin lists and serves.
func (r *runner) current() []string {
	var all []string
	for _, p := range r.world.Paths() {
		_, isListed := r.world.Listed(p, r.now(), r.now())
		_, isServed := r.world.Served(p, r.now(), r.now())
		if isListed && isServed {
			all = append(all, p)
		}
	}
	return all
}

// eachFile has the workers of a mount share out what is to be done for every file.
func (r *runner) eachFile(m *instance, do func(by int, file string) error) error {
	var group errgroup.Group
	files := make(chan string)
	together := m.workers
	if r.limited() {
		together = together[:1] // or what one reads may not fit beside what others read
	}
	for _, by := range together {
		group.Go(func() error {
			for f := range files {
				if err := do(by, f); err != nil {
					for range files { // or the sender would wait
					}
					return err
				}
			}
			return nil
		})
	}
	for _, f := range r.current() {
		files <- f
	}
	close(files)
	return group.Wait()
}
