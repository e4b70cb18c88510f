package run

import (
	"fmt"
	"slices"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// closeAll has all workers of a mount close what they have open.
func (r *runner) closeAll(m *instance) error {
	for _, by := range m.workers {
		for slot := range plan.Slots {
			if _, err := r.checkBy(by, plan.Step{Do: plan.Close, Slot: slot}); err != nil {
				return err
			}
		}
	}
	return nil
}

// evictEvery is the part of the files that a checkpoint evicts.
const evictEvery = 3

// checkEvictable evicts some files, which nobody has open: none is busy, and nothing of
// them is held.
func (r *runner) checkEvictable(m *instance) error {
	for i, file := range r.current() {
		if i%evictEvery != 0 {
			continue
		}
		shown := r.world.MountPath(file)
		if _, err := r.checkBy(m.workers[0], plan.Step{Do: plan.Control, Path: shown, Verb: "evict", How: "xattr"}); err != nil {
			return err
		}
		s := plan.Step{Do: plan.Get, Path: shown, Name: "user.tunesfs.downloaded"}
		a, err := r.checkBy(m.workers[0], s)
		if err != nil {
			return err
		}
		if a.Text != "0" {
			s.By = m.workers[0]
			r.fault("evict drops all", s, history.Answer{}, fmt.Sprintf("%s bytes are held", a.Text))
		}
	}
	return r.cause()
}

// checkPaused pauses a download, so that there is one at least, and compares the events
// with the downloads. A plan made by hand may have no file for that.
func (r *runner) checkPaused(m *instance) error {
	if _, ok := r.world.File(plan.Paused); !ok {
		return r.checkEvents(m)
	}
	hand := plan.Step{Path: plan.Paused, Mount: slices.Index(r.mounts, m)}
	for _, verb := range []string{"cancel", "evict", "start", "pause"} {
		s := hand
		s.Do, s.Verb, s.How = plan.Control, verb, "xattr"
		if err := r.byHand(s); err != nil {
			return err
		}
	}
	return r.checkEvents(m)
}
