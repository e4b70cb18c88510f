package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestAddressExpires has a signed address run out in the middle of a download:
// another is asked for, and what is held is not sent again.
func TestAddressExpires(t *testing.T) {
	for _, status := range []int{401, 403, 410} {
		for _, readers := range []int{1, 16} {
			t.Run(fmt.Sprintf("%d, %d readers", status, readers), func(t *testing.T) {
				bubble(t, func(f *fixture) {
					located := 0
					f.opt.Locate = func(_ context.Context, key string) (Location, error) {
						located++
						return Location{URL: f.origin.Sign(key)}, nil
					}
					f.reopen()
					f.origin.Fault(fetchtest.Nth(2, 4), fetchtest.ResetAfter(400_000), func(*fetchtest.Response) { f.origin.Expire(status) })
					if err := f.readTogether(readers, "a"); err != nil {
						t.Error(err)
					}
					f.checkThrift(3)
					if located < 2 || located > 4 {
						t.Errorf("Locate was asked %d times", located)
					}
				}, file("a", faultSize))
			})
		}
	}
}

// TestAddressNeverWorks has Locate give out what has expired already.
func TestAddressNeverWorks(t *testing.T) {
	bubble(t, func(f *fixture) {
		located, address := 0, f.origin.Sign("a")
		f.origin.Expire(403)
		f.opt.Locate = func(context.Context, string) (Location, error) { located++; return Location{URL: address}, nil }
		f.reopen()
		if err := f.readTogether(16, "a"); !errors.Is(err, ErrDenied) {
			t.Errorf("got %v", err)
		}
		if located > 20 || len(f.origin.Requests()) > 40 {
			t.Errorf("Locate was asked %d times, the server %d times", located, len(f.origin.Requests()))
		}
	}, file("a", faultSize))
}

// TestHTTP2 goes through what HTTP/2 can do beside what HTTP/1.1 can.
func TestHTTP2(t *testing.T) {
	for name, fault := range map[string]fetchtest.Fault{
		"nothing":               nil,
		"goaway":                fetchtest.GoAway,
		"goaway and death":      fetchtest.Both(fetchtest.GoAway, fetchtest.ResetAfter(100_000)),
		"stream reset":          fetchtest.CloseAfter(100_000),
		"connection reset":      fetchtest.ResetAfter(100_000),
		"reset before the head": fetchtest.ResetAfter(fetchtest.BeforeHead),
		"short":                 fetchtest.Both(fetchtest.Chunked, fetchtest.ShortBody(100_000)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := fetchtest.NewTLS(t, file("a", faultSize))
			o.SetLink(fetchtest.Link{TotalRate: 4 * mb}) // or the kernel's buffers would hold what counts as sent
			if fault != nil {
				o.Fault(fetchtest.Nth(1, 2, 3), fault)
			}
			f := newFixture(t, o)
			if err := f.readTogether(4, "a"); err != nil {
				t.Error(err)
			}
			if proto := o.Requests()[0].Proto; proto != "HTTP/2.0" {
				t.Errorf("spoke %s", proto)
			}
			f.checkThrift(3)
		})
	}
}

// TestNoConnection has no server, no such host, or one that nobody vouches for.
func TestNoConnection(t *testing.T) {
	secure := fetchtest.NewTLS(t, file("a", faultSize))
	for name, test := range map[string]struct {
		url       string
		transport http.RoundTripper
		patience  time.Duration
		want      error
	}{
		"certificate": {secure.URL("a"), nil, time.Minute, ErrBadResponse}, // which is no matter of time
		"host":        {"http://nowhere.invalid/a", secure.Transport(), 300 * time.Millisecond, ErrUnreachable},
		"port":        {"http://127.0.0.1:1/a", nil, 300 * time.Millisecond, ErrUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, secure)
			f.opt.Transport, f.opt.NoProgress = test.transport, test.patience
			f.opt.Locate = func(context.Context, string) (Location, error) { return Location{URL: test.url}, nil }
			f.reopen()
			_, err := f.reader("a").ReadAt(t.Context(), make([]byte, 10), 0)
			if !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// commandDuring gives a command while transfers fail: it is carried out at once,
// and what it says holds.
func (f *fixture) commandDuring(fault fetchtest.Fault, c Command, readers int) {
	d := f.download("a")
	f.read(f.reader("a"), 0, 1000)
	f.origin.Fault(fetchtest.Always, fault)
	f.control(d, Start)
	ended := make(chan error, readers)
	for range readers {
		r := f.reader("a")
		go func() {
			_, err := r.ReadAt(context.Background(), make([]byte, 100), faultSize-100)
			ended <- err
		}()
	}
	time.Sleep(5 * time.Second)
	began := time.Now()
	f.control(d, c)
	if took := time.Since(began); took > time.Second {
		f.t.Errorf("took %v", took)
	}
	before := f.requestsArrived()
	time.Sleep(10 * time.Second)
	switch after := f.requestsArrived(); {
	case c == Pause && (after != before || d.Status().State != Paused):
		f.t.Errorf("%d requests while paused: %+v", after-before, d.Status())
	case c == Cancel && (after != before || d.Status().Held != 0):
		f.t.Errorf("%d requests after Cancel: %+v", after-before, d.Status())
	}
	f.origin.Heal()
	f.control(d, Resume)
	for range readers {
		err := <-ended
		if c == Cancel && !errors.Is(err, ErrCanceled) && err != nil || c != Cancel && err != nil {
			f.t.Errorf("a read after %v: %v", c, err)
		}
	}
	if err := f.whole("a"); err != nil {
		f.t.Error(err)
	}
}

// TestCancelWithManyWaiting cancels while reads are blocked: what they waited
// for is not fetched once more before they have woken up.
func TestCancelWithManyWaiting(t *testing.T) {
	for range 20 {
		bubble(t, func(f *fixture) { f.commandDuring(fetchtest.ResetAfter(0), Cancel, 8) }, file("a", faultSize))
	}
}
