package run

import (
	"slices"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// pagesTimeout is how long a read by pages may have no answer until the world looks
// whether its file is paused.
const pagesTimeout = 15 * time.Second

// freePages has the world resume the file that a step reads by pages while it shows that it
// is paused, now and then until stop is called: nobody else may, since a kill can undo a
// resume, and such a read waits for one. No other file is resumed, or a read that hangs
// would go unseen.
func (r *runner) freePages(s plan.Step) (stop func()) {
	m := r.whose(s)
	file, ok := m.oracle.ByPages(s)
	if !ok {
		return func() {}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(r.wide(pagesTimeout))
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				r.resumePaused(file, slices.Index(r.mounts, m))
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

// resumePaused resumes a file if it shows that it is paused, unless the world's hand is
// busy. Its steps may fail: another look follows.
func (r *runner) resumePaused(file string, mount int) {
	if !r.hands.TryLock() {
		return
	}
	defer r.hands.Unlock()
	a, err := r.byHandLocked(plan.Step{Do: plan.Get, Path: file, Name: "user.tunesfs.state", Mount: mount})
	if err == nil && a.Text == "paused" {
		_, _ = r.byHandLocked(plan.Step{Do: plan.Control, Path: file, Verb: "resume", How: "xattr", Mount: mount})
	}
}
