package fetch

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/intent"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/internal/durable"
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
		if _, err := r.ReadAt(context.Background(), make([]byte, intent.Much), 0); !errors.Is(err, ErrNotFound) {
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
		late := &transfer{d: d, Range: ranges.Range{Start: mb, End: 2 * mb}, content: d.content, stop: func(error) {}}
		d.failLocked(ErrDenied)
		err := (&diskSink{transfer: late}).settleLocked(&origin.Response{Range: late.Range, Validator: d.content.validator})
		d.mu.Unlock()
		if err != nil {
			t.Errorf("the late answer: %v", err)
		}
		if _, err := (&diskSink{transfer: late}).markHeld(ranges.Range{Start: mb, End: mb + 1000}, digest.Running{}); err != nil {
			t.Errorf("the late bytes: %v", err)
		}
		if s := d.Status(); s.State != Failed || !errors.Is(s.Err, ErrDenied) {
			t.Errorf("%+v", s)
		}
		f.control(d, Cancel) // nothing was written for the late bytes
	}, file("a", 3*mb))
}

// TestStoppedTransferFailsNoReader has a transfer fail at the moment in which it was
// stopped: reads wait on for who resumes.
func TestStoppedTransferFailsNoReader(t *testing.T) {
	bubble(t, func(f *fixture) {
		d := f.download("a")
		ctx, cancel := context.WithCancelCause(f.t.Context())
		landing := &transfer{d: d, Range: ranges.Range{Start: 0, End: mb}, stop: cancel, done: make(chan struct{})}
		w := &waiter{Range: ranges.Range{Start: 0, End: 1000}}
		d.mu.Lock()
		d.waiters.add(w)
		d.mu.Unlock()
		cancel(errStopped)
		landing.failWaiters(ctx, ErrUnreachable)
		if s := d.Status(); s.Err != nil || w.err != nil {
			t.Errorf("%v, who waits: %v", s.Err, w.err)
		}
	}, file("a", mb))
}

// holdWrites has every write of data wait until the returned channel is closed.
// It is to be called before a bubble is entered; hold begins it.
func holdWrites(t *testing.T) (hold func(until <-chan struct{})) {
	hook := hookDisk(t)
	return func(until <-chan struct{}) {
		hook(func(s durable.Step) error {
			if s.Kind == "writing" {
				<-until
			}
			return nil
		})
	}
}

// TestFailureStandsUntilAllHaveEnded has one transfer of a download fail while the
// disk holds another one up: a read that comes in between gets the reason at once,
// and asks the server nothing.
func TestFailureStandsUntilAllHaveEnded(t *testing.T) {
	hold := holdWrites(t)
	bubble(t, func(f *fixture) {
		until := make(chan struct{})
		hold(until)
		f.origin.Fault(fetchtest.Not(fetchtest.Starts(0)), fetchtest.Status(404))
		d := f.download("a")
		f.control(d, Start)
		time.Sleep(100 * time.Millisecond)
		r, before := f.reader("a"), 0
		for i := range 3 {
			if _, err := r.ReadAt(f.t.Context(), make([]byte, 10), 20*mb); !errors.Is(err, ErrNotFound) {
				t.Errorf("read: %v", err)
			}
			if s := d.Status(); s.State != Failed || !errors.Is(s.Err, ErrNotFound) {
				t.Errorf("%+v", s)
			}
			if n := f.origin.Stats().Requests; i == 0 {
				before = n
			} else if n != before {
				t.Errorf("%d requests by read %d", n-before, i)
			}
		}
		close(until)
		time.Sleep(100 * time.Millisecond)
		if s := d.Status(); s.State != Failed || !errors.Is(s.Err, ErrNotFound) {
			t.Errorf("when all have ended: %+v", s)
		}
	}, file("a", 30*mb))
}

// TestNewReaderHasAllItsTime has a read leave before the server shows, after a
// while, that the file is another: the next read waits as long as any.
func TestNewReaderHasAllItsTime(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Nth(1), fetchtest.StallAt(64<<10))
		f.origin.Fault(fetchtest.Nth(2), fetchtest.Delay(15*time.Second))
		f.origin.Fault(fetchtest.From(3), fetchtest.StallAfter(fetchtest.BeforeHead))
		first := f.download("a").NewReader()
		f.read(first, 0, 1000)
		_ = first.Close() // a stream ends with its reader
		time.Sleep(time.Second)
		f.origin.Replace("a", fetchtest.Random(77, 5*mb))
		second := f.reader("a")
		ctx, cancel := context.WithTimeout(f.t.Context(), 10*time.Second)
		defer cancel()
		if _, err := second.ReadAt(ctx, make([]byte, 10), 100<<10); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the second reader: %v", err)
		}
		time.Sleep(10 * time.Second)
		if n := f.origin.Stats().Requests; n != 2 {
			t.Errorf("%d requests", n)
		}
		began := time.Now()
		_, err := f.reader("a").ReadAt(f.t.Context(), make([]byte, 10), 0)
		if took := time.Since(began); !errors.Is(err, ErrTimeout) || took < 55*time.Second || took > 65*time.Second {
			t.Errorf("the third reader: %v after %v", err, took)
		}
	}, bare(1, 5*mb))
}
