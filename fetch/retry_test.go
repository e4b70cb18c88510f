package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/retry"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// TestLongTransferMayBreak has a connection break that has brought bytes for
// longer than a read may wait for one: that is no reason to give up.
func TestLongTransferMayBreak(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{ConnRate: 10_000, TotalRate: 10_000})
		f.origin.Fault(fetchtest.Nth(2), fetchtest.ResetAfter(1_000_000))
		if err := f.whole("a"); err != nil {
			t.Error(err)
		}
	}, file("a", 1_500_000))
}

// TestNoNewByteIsNoProgress has a server without ranges that always breaks off
// at the same byte: sending again what is held does not put the deadline off.
func TestNoNewByteIsNoProgress(t *testing.T) {
	a := file("a", 2*mb)
	a.NoRanges = true
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, fetchtest.ResetAfter(mb))
		if err := f.attempt(f.reader("a"), mb+1000, 1000); !errors.Is(err, ErrTimeout) {
			t.Errorf("got %v", err)
		}
	}, a)
}

// TestDeadlineWhateverFails mixes refusals, which cost no time, with stalls.
func TestDeadlineWhateverFails(t *testing.T) {
	for name, faults := range map[string][]fetchtest.Fault{
		"stall before the head": {fetchtest.StallAfter(fetchtest.BeforeHead)},
		"stall after it":        {fetchtest.StallAfter(0)},
		"slow answers":          {fetchtest.Delay(19 * time.Second), fetchtest.ResetAfter(0)},
		"refusals":              {fetchtest.Status(503)},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.origin.Fault(fetchtest.Always, faults...)
				if err := f.attempt(f.reader("a"), 0, 1000); !errors.Is(err, ErrTimeout) {
					t.Errorf("got %v", err)
				}
			}, file("a", mb))
		})
	}
}

// TestLocateMayHang has a catalog that never answers where a file is, and one
// that does so at the second try.
func TestLocateMayHang(t *testing.T) {
	bubble(t, func(f *fixture) {
		asked, right := 0, f.opt.Locate
		f.opt.Locate = func(ctx context.Context, key string) (Location, error) {
			if asked++; asked > 1 && key == "a" {
				return right(ctx, key)
			}
			<-ctx.Done()
			return Location{}, ctx.Err()
		}
		f.reopen()
		if err := f.whole("a"); err != nil {
			t.Error(err)
		}
		if err := f.attempt(f.reader("bb"), 0, 1000); !errors.Is(err, ErrTimeout) {
			t.Errorf("got %v", err)
		}
	}, file("a", mb), file("bb", mb))
}

// TestEverChangingRemote has a server that sends another file at every request, and
// never one to its end.
func TestEverChangingRemote(t *testing.T) {
	for name, of := range map[string]fetchtest.File{"other validators": file("a", 2*mb), "other bytes": bare(1, 2*mb)} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				var seeds atomic.Uint64 // requests overlap
				f.origin.Fault(fetchtest.Always, fetchtest.ResetAfter(mb), func(a *fetchtest.Response) {
					seed := seeds.Add(1)
					a.Body = fetchtest.Random(seed, a.Body.Size())
					if a.Header.Get("Etag") != "" {
						a.Header.Set("Etag", fmt.Sprintf(`"%d"`, seed))
					}
				})
				began := time.Now()
				_, err := f.reader("a").ReadAt(context.Background(), make([]byte, mb+mb/2), 0)
				if !errors.Is(err, ErrBadResponse) || time.Since(began) > patience {
					t.Errorf("%v after %v", err, time.Since(began))
				}
				if n := len(f.origin.Requests()); n > 3*maxChanges {
					t.Errorf("%d requests", n)
				}
			}, of)
		})
	}
}

// TestFailureIsNotHammered reads held bytes again and again while what lies
// beyond them is refused.
func TestFailureIsNotHammered(t *testing.T) {
	bubble(t, func(f *fixture) {
		r := f.reader("a")
		f.read(r, 0, 1000)
		time.Sleep(time.Second)
		f.origin.Fault(fetchtest.Always, fetchtest.Status(404))
		for range 1000 {
			f.read(r, 0, 60_000)
			f.read(r, 0, 30_000)
			time.Sleep(time.Millisecond)
		}
		if n := len(f.origin.Requests()); n > 10 {
			t.Errorf("%d requests", n)
		}
	}, file("a", 30*mb))
}

// TestDroppedIsGone has handles stay open whose windows reach beyond what was
// dropped: nothing of it comes back by itself, nor does a look at the size by
// which the server sends the whole make it ask for ever.
func TestDroppedIsGone(t *testing.T) {
	a := file("a", 5*mb)
	a.NoRanges, a.NoETag, a.NoModified = true, true, true
	for name, of := range map[string]fetchtest.File{"with ranges": file("a", 5*mb), "without": a} {
		for _, c := range []Command{Cancel, Evict} {
			t.Run(fmt.Sprint(name, " ", c), func(t *testing.T) {
				bubble(t, func(f *fixture) {
					f.origin.Fault(fetchtest.Always, fetchtest.Trickle(100_000))
					r := f.reader("a")
					f.read(r, 0, 50_000)
					d := f.download("a")
					f.control(d, c)
					if c == Cancel {
						_, _ = r.ReadAt(f.t.Context(), make([]byte, 10), 60_000) // says so, and wants nothing
					}
					time.Sleep(time.Minute)
					if s := d.Status(); s.Held != 0 || s.State != Idle {
						t.Errorf("%+v", s)
					}
					if _, err := d.Size(f.t.Context()); err != nil {
						t.Error(err)
					}
					time.Sleep(time.Minute)
					if n := len(f.origin.Requests()); n > 4 {
						t.Errorf("%d requests", n)
					}
				}, of)
			})
		}
	}
}

// TestSameAgain has a server of whose answers none may be put together send the
// same first bytes again and again.
func TestSameAgain(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, func(a *fetchtest.Response) {
			a.Status, a.From, a.To, a.Length = http.StatusPartialContent, 0, 1000, 1000
			a.Header.Set("Content-Range", "bytes 0-999/*")
		})
		if err := f.attempt(f.reader("a"), 5000, 10); !errors.Is(err, ErrTimeout) && !errors.Is(err, ErrBadResponse) {
			t.Errorf("got %v", err)
		}
		if err := f.attempt(f.reader("a"), 0, 5000); !errors.Is(err, ErrTimeout) && !errors.Is(err, ErrBadResponse) {
			t.Errorf("got %v", err)
		}
		if n := len(f.origin.Requests()); n > 100 {
			t.Errorf("%d requests", n)
		}
	}, bare(1, mb))
}

// TestProbeIsAnsweredOnce has somebody who asked for the size be slow to notice
// that it is known: it is not asked for again meanwhile.
func TestProbeIsAnsweredOnce(t *testing.T) {
	a := file("a", 5*mb)
	a.NoRanges = true
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond})
		d := f.download("a")
		asleep := &waiter{Range: ranges.Range{Start: 0, End: probeLen}, probe: true}
		d.mu.Lock()
		d.waiters.add(asleep)
		d.scheduleLocked()
		d.mu.Unlock()
		time.Sleep(time.Minute)
		if n := len(f.origin.Requests()); n != 1 || d.Status().Size != 5*mb {
			t.Errorf("%d requests, %+v", n, d.Status())
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.leaveLocked(asleep)
	}, a)
}

// TestFinalWordIsFinal has a server put a Retry-After to an answer that trying
// again does not change.
func TestFinalWordIsFinal(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, fetchtest.RetryAfter(404, time.Second))
		ctx, cancel := context.WithTimeout(f.t.Context(), time.Minute)
		defer cancel()
		if _, err := f.reader("a").ReadAt(ctx, make([]byte, 10), 0); !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
		if n := len(f.origin.Requests()); n != 1 {
			t.Errorf("%d requests", n)
		}
	}, file("a", 1000))
}

// TestRetryAfterIsNotForEver has a server take its time to say that it is busy,
// again and again: what it says is minded, and the time it takes counts.
func TestRetryAfterIsNotForEver(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, fetchtest.RetryAfter(503, 30*time.Second), fetchtest.Delay(7*time.Second))
		ctx, cancel := context.WithTimeout(f.t.Context(), time.Hour)
		defer cancel()
		if _, err := f.reader("a").ReadAt(ctx, make([]byte, 10), 0); !errors.Is(err, ErrTimeout) {
			t.Errorf("got %v", err)
		}
		if n := len(f.origin.Requests()); n != 9 {
			t.Errorf("%d requests, want one for each 7 s of %v", n, defaultNoProgress)
		}
	}, file("a", 1000))
}

// TestRetryAfterIsBounded has a server say at once, again and again, that it is
// busy: that ends.
func TestRetryAfterIsBounded(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, fetchtest.RetryAfter(503, 20*time.Second))
		began := time.Now()
		_, err := f.reader("a").ReadAt(f.t.Context(), make([]byte, 10), 0)
		if took := time.Since(began); !errors.Is(err, ErrTimeout) || !errors.Is(err, ErrUnreachable) || took != retry.MaxRetryAfter {
			t.Errorf("%v after %v", err, took)
		}
		if n := len(f.origin.Requests()); n != 31 {
			t.Errorf("%d requests", n)
		}
	}, file("a", 1000))
}
