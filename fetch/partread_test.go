package fetch

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// TestPartRead reads across the end of what is held, where the rest fails: the reader gets
// what is held, and the next read the error.
func TestPartRead(t *testing.T) {
	bubble(t, func(f *fixture) {
		d := f.begun()
		f.control(d, Pause)
		r, held := f.reader("a"), d.heldNow().From(0)
		began, p := time.Now(), make([]byte, 512*kb)
		n, err := r.ReadAt(f.t.Context(), p, 0)
		if int64(n) < held || n >= len(p) || !errors.Is(err, ErrBusy) {
			f.t.Fatalf("%d bytes of %d held: %v, want ErrBusy", n, held, err)
		}
		if waited := time.Since(began); waited > 5*time.Second {
			t.Errorf("after %v", waited)
		}
		if err := fetchtest.Check(f.origin.Content("a"), 0, p[:n]); err != nil {
			t.Error(err)
		}
		began = time.Now()
		more, err := r.ReadAt(f.t.Context(), p, int64(n))
		if waited := time.Since(began); more > 0 || !errors.Is(err, ErrBusy) || waited < pausedTimeout {
			t.Errorf("then %d bytes after %v: %v, want ErrBusy after %v", more, waited, err, pausedTimeout)
		}
	}, file("a", 8*mb))
}

// begun returns the download of a, started, of which some bytes have come.
func (f *fixture) begun() *Download {
	f.t.Helper()
	f.origin.SetLink(fetchtest.Link{RTT: time.Millisecond, TotalRate: 100_000})
	d := f.download("a")
	f.control(d, Start)
	f.until(d, "some bytes", func(s Status) bool { return s.Held > 64*kb })
	return d
}

// TestNoPartRead reads across the end of what is held, where the rest fails for another
// reason than a pause: the read fails as a whole.
func TestNoPartRead(t *testing.T) {
	for name, c := range map[string]struct {
		fault fetchtest.Fault
		err   error
	}{
		"the server lost it":   {fetchtest.Status(404), ErrNotFound},
		"the server is silent": {fetchtest.StallAfter(0), ErrTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.begun()
				f.origin.Fault(fetchtest.Always, c.fault)
				f.origin.Drop()
				if n, err := f.reader("a").ReadAt(f.t.Context(), make([]byte, 512*kb), 0); n != 0 || !errors.Is(err, c.err) {
					t.Errorf("%d bytes: %v, want none and %v", n, err, c.err)
				}
			}, file("a", 8*mb))
		})
	}
}

// TestPartReadOfOpen has a handle that was open before a pause wait for the whole of a
// read, and a page of a late one for its rest.
func TestPartReadOfOpen(t *testing.T) {
	bubble(t, func(f *fixture) {
		early := f.reader("a")
		held := f.paused().heldNow().From(0)
		ctx, cancel := context.WithTimeout(f.t.Context(), time.Hour)
		defer cancel()
		if n, err := early.ReadAt(ctx, make([]byte, 512*kb), held-8*kb); n != 0 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%d bytes, %v", n, err)
		}
		late, began := f.reader("a"), time.Now()
		n, err := late.ReadAt(f.t.Context(), make([]byte, 4*kb), held-kb)
		if waited := time.Since(began); n != kb || !errors.Is(err, ErrBusy) || waited != pausedTimeout {
			t.Errorf("a page: %d bytes after %v, %v", n, waited, err)
		}
	}, file("a", 30*mb))
}

func (d *Download) heldNow() ranges.Set {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.content.held
}
