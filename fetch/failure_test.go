package fetch

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// TestMeantWhileResting reads enough to mean the whole of a file a moment after
// an attempt failed: that alone does not set it under way, with nothing to end
// it, and a start still does.
func TestMeantWhileResting(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, fetchtest.Status(404))
		d := f.download("a")
		if _, err := d.Size(f.t.Context()); !errors.Is(err, ErrNotFound) {
			t.Errorf("size: %v", err)
		}
		r := d.NewReader()
		if _, err := r.ReadAt(context.Background(), make([]byte, meantRun), 0); !errors.Is(err, ErrNotFound) {
			t.Errorf("read: %v", err)
		}
		_ = r.Close()
		if s := d.Status(); s.State != Idle {
			t.Errorf("nobody fetches it, but it is %v", s.State)
		}
		time.Sleep(time.Minute)
		f.origin.Heal()
		f.control(d, Start)
		f.untilState(d, Complete)
	}, file("a", mb))
}

// TestFailureIsNotForgotten has bytes arrive, and an answer come, of other
// transfers a moment after one has failed: it says why until it is tried again.
func TestFailureIsNotForgotten(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, ConnRate: mb})
		d := f.download("a")
		f.control(d, Start)
		f.until(d, "some bytes", func(s Status) bool { return s.Held > 0 })
		d.mu.Lock()
		late := &flight{Range: ranges.Range{Start: mb, End: 2 * mb}, drops: d.drops, stop: func(error) {}}
		d.fail(ErrDenied)
		err := d.settle(late, answer{body: late.Range, version: d.version})
		d.mu.Unlock()
		if err != nil {
			t.Errorf("the late answer: %v", err)
		}
		if _, err := d.arrive(late, ranges.Range{Start: mb, End: mb + 1000}, tally{}); err != nil {
			t.Errorf("the late bytes: %v", err)
		}
		if s := d.Status(); s.State != Failed || !errors.Is(s.Err, ErrDenied) {
			t.Errorf("%+v", s)
		}
		f.control(d, Cancel) // nothing was written for the late bytes
	}, file("a", 3*mb))
}

// TestStoppedFlightFailsNobody has a transfer fail at the moment in which it was
// stopped: reads wait on for who resumes.
func TestStoppedFlightFailsNobody(t *testing.T) {
	bubble(t, func(f *fixture) {
		d := f.download("a")
		ctx, cancel := context.WithCancelCause(f.t.Context())
		landing := &flight{Range: ranges.Range{Start: 0, End: mb}, stop: cancel, done: make(chan struct{})}
		w := &wait{Range: ranges.Range{Start: 0, End: 1000}}
		d.mu.Lock()
		d.waits = append(d.waits, w)
		d.mu.Unlock()
		cancel(errStopped)
		d.disappoint(ctx, landing, ErrUnreachable)
		if s := d.Status(); s.Err != nil || w.err != nil {
			t.Errorf("%v, who waits: %v", s.Err, w.err)
		}
	}, file("a", mb))
}
