package fetch

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/retry"
)

// A line is a transport that can be cut: from then on no connection comes about.
type line struct {
	http.RoundTripper
	down atomic.Bool
	lag  time.Duration // until an attempt to connect has failed
	err  error         // why; nil: the network cannot be reached
}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	if !l.down.Load() {
		return l.RoundTripper.RoundTrip(r)
	}
	if err := retry.Sleep(r.Context(), l.lag); err != nil {
		return nil, err
	}
	if l.err != nil {
		return nil, l.err
	}
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ENETUNREACH}
}

// onLine gives the store of a fixture a line.
func (f *fixture) onLine(lag time.Duration) *line {
	f.t.Helper()
	l := &line{RoundTripper: f.opt.Transport, lag: lag}
	f.opt.Transport = l
	f.reopen()
	return l
}

// TestOfflineReadFailsSoon has reads, the second of which comes when the first
// has failed, and a question for the size meet a network that is gone, which
// takes its time to say so or not.
func TestOfflineReadFailsSoon(t *testing.T) {
	for _, lag := range []time.Duration{0, time.Second, 4 * time.Second} {
		bubble(t, func(f *fixture) {
			l := f.onLine(lag)
			l.down.Store(true)
			r := f.reader("a")
			for name, call := range map[string]func(context.Context) error{
				"read": func(ctx context.Context) error { _, err := r.ReadAt(ctx, make([]byte, 10), 0); return err },
				"size": func(ctx context.Context) error { _, err := r.d.Size(ctx); return err },
			} {
				for range 3 {
					began := time.Now()
					err := call(f.t.Context())
					if took := time.Since(began); took > 5*time.Second || !errors.Is(err, ErrUnreachable) || errors.Is(err, ErrTimeout) {
						f.t.Errorf("%s: %v after %v with a lag of %v", name, err, took, lag)
					}
				}
			}
			if err := r.d.Status().Err; !errors.Is(err, ErrUnreachable) {
				f.t.Errorf("the status says %v", err)
			}
			l.down.Store(false)
			time.Sleep(retry.OfflineBackoff + 4*time.Second)
			f.read(r, 0, 10)
			if err := r.d.Status().Err; err != nil {
				f.t.Errorf("after a good read the status says %v", err)
			}
		}, file("a", mb))
	}
}

// TestOutageDoesNotEndADownload has the network go for half a minute: a download
// goes on by itself when it is back.
func TestOutageDoesNotEndADownload(t *testing.T) {
	bubble(t, func(f *fixture) {
		l := f.onLine(0)
		d := f.download("a")
		l.down.Store(true)
		f.control(d, Start)
		time.Sleep(defaultNoProgress / 2)
		if s := d.Status(); s.State != Downloading {
			f.t.Errorf("%+v", s)
		}
		l.down.Store(false)
		f.untilState(d, Complete)
		f.readAll("a")
	}, file("a", mb))
}
