package fetch

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

const pausedAt = 20 * mb // beyond all that is held when paused returns

// paused begins a download and pauses it.
func (f *fixture) paused() *Download {
	f.t.Helper()
	f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, ConnRate: mb})
	d := f.download("a")
	f.control(d, Start)
	f.until(d, "the first bytes", func(s Status) bool { return s.Held > 0 })
	f.control(d, Pause)
	return d
}

// lack reads a missing byte for a while, and returns for how long it waited.
func (f *fixture) lack(r *Reader, limit time.Duration) (waited time.Duration, err error) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), limit)
	defer cancel()
	began := time.Now()
	_, err = r.ReadAt(ctx, make([]byte, 1000), pausedAt)
	return time.Since(began), err
}

// TestReadsOfPaused reads a missing byte of a paused download: a handle that was open
// before waits without end, one that was opened later for 5 s.
func TestReadsOfPaused(t *testing.T) {
	const long = time.Hour
	for name, test := range map[string]struct {
		reader func(f *fixture) *Reader
		want   time.Duration
		err    error
	}{
		"opened before": {func(f *fixture) *Reader {
			r := f.reader("a")
			f.paused()
			return r
		}, long, context.DeadlineExceeded},
		"opened later": {func(f *fixture) *Reader { f.paused(); return f.reader("a") }, pausedTimeout, ErrBusy},
		"opened after a restart": {func(f *fixture) *Reader {
			f.paused()
			f.reopen()
			return f.reader("a")
		}, pausedTimeout, ErrBusy},
		"opened in a pause before this one": {func(f *fixture) *Reader {
			d := f.paused()
			r := f.reader("a")
			f.control(d, Resume)
			f.control(d, Pause)
			return r
		}, long, context.DeadlineExceeded},
		"opened before, read before": {func(f *fixture) *Reader {
			r := f.reader("a")
			f.read(r, 0, 1000)
			f.paused()
			return r
		}, long, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				r := test.reader(f)
				sent := f.sent()
				for range 2 {
					time.Sleep(failedRest)
					if waited, err := f.lack(r, long); waited != test.want || !errors.Is(err, test.err) {
						t.Errorf("after %v: %v, want %v after %v", waited, err, test.err, test.want)
					}
				}
				if waited, err := f.lack(r, time.Second); test.err == ErrBusy && (waited > 0 || !errors.Is(err, ErrBusy)) {
					t.Errorf("a read that follows at once: after %v: %v", waited, err)
				}
				began := time.Now()
				f.read(r, 0, 1)
				if waited := time.Since(began); waited > 0 {
					t.Errorf("a byte that is held came after %v", waited)
				}
				if more := f.sent() - sent; more > 0 {
					t.Errorf("%d bytes moved", more)
				}
			}, file("a", 30*mb))
		})
	}
}

// TestPauseEnds resumes, cancels or closes while a handle waits that was opened during
// the pause.
func TestPauseEnds(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(f *fixture, d *Download)
		want error
	}{
		"resumed":              {func(f *fixture, d *Download) { f.control(d, Resume) }, nil},
		"resumed, paused soon": {func(f *fixture, d *Download) { f.control(d, Resume); f.control(d, Pause) }, context.DeadlineExceeded},
		"canceled":             {func(f *fixture, d *Download) { f.control(d, Cancel) }, ErrCanceled},
		"closed":               {func(f *fixture, _ *Download) { f.Interrupt() }, ErrClosed},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				d := f.paused()
				r := f.reader("a")
				done := make(chan error)
				go func() { _, err := f.lack(r, time.Minute); done <- err }()
				time.Sleep(pausedTimeout - time.Second)
				test.end(f, d)
				if err := <-done; !errors.Is(err, test.want) {
					t.Errorf("got %v, want %v", err, test.want)
				}
			}, file("a", 30*mb))
		})
	}
}
