package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// full runs a test with a disk that has no space for a byte.
func full(t *testing.T, do func(f *fixture, r *Reader), files ...fetchtest.File) {
	t.Helper()
	bubble(t, func(f *fixture) {
		f.opt.MinFree = ranges.Unbounded / 2
		f.reopen()
		r := f.reader("a")
		f.read(r, 0, 1000)
		do(f, r)
	}, files...)
}

// less answers ranges honestly with a part of what was asked for.
func less(a *fetchtest.Response) {
	if n := a.To - a.From; n > 1000 && a.Status == 206 {
		a.To, a.Length = a.From+n/2, n/2
		a.Header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", a.From, a.To-1, a.File.Content.Size()))
	}
}

func TestUncachedFaults(t *testing.T) {
	for name, test := range map[string]struct {
		fault fetchtest.Fault
		want  error
	}{
		"none":                   {nil, nil},
		"less than asked":        {less, nil},
		"slow":                   {fetchtest.Trickle(50_000), nil},
		"stall":                  {fetchtest.StallAfter(1000), ErrTimeout},
		"refused":                {fetchtest.Status(403), ErrDenied},
		"the whole":              {fetchtest.Whole, ErrNoSpace},
		"shifted":                {fetchtest.Shift(5), ErrBadResponse},
		"nothing":                {fetchtest.Unsatisfiable, ErrBadResponse},
		"no validator this time": {fetchtest.Header("Etag", "", "Last-Modified", ""), nil},
	} {
		t.Run(name, func(t *testing.T) {
			full(t, func(f *fixture, r *Reader) {
				if test.fault != nil {
					f.origin.Fault(fetchtest.Always, test.fault)
				}
				if err := f.attempt(r, 2*mb, 1_500_000); !errors.Is(err, test.want) {
					t.Errorf("got %v, want %v", err, test.want)
				}
			}, file("a", 4*mb))
		})
	}
}

func TestUncachedChange(t *testing.T) {
	full(t, func(f *fixture, r *Reader) {
		f.origin.Replace("a", fetchtest.Random(9, 4*mb))
		if err := f.attempt(r, 2*mb, 1000); !errors.Is(err, ErrStale) {
			t.Errorf("the old handle: %v", err)
		}
		if err := f.attempt(f.reader("a"), 2*mb, 1000); err != nil {
			t.Errorf("a new handle: %v", err)
		}
	}, file("a", 4*mb))
}

func TestUncachedDistrust(t *testing.T) {
	a := file("a", 4*mb)
	a.NoIfRange = true
	full(t, func(f *fixture, _ *Reader) {
		if err := f.whole("a"); err != nil {
			t.Error(err)
		}
	}, a)
}

func TestUncachedAddressExpires(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.opt.MinFree = ranges.Unbounded / 2
		f.opt.Locate = func(_ context.Context, key string) (Location, error) {
			return Location{URL: f.origin.Sign(key)}, nil
		}
		f.reopen()
		r := f.reader("a")
		f.read(r, 0, 1000)
		time.Sleep(2 * failedRest)
		f.origin.Expire(403)
		f.read(r, 3*mb, 1000)
	}, file("a", 4*mb))
}

// TestUncachedMayLeave has several reads of one handle wait behind one that
// stalls: each can be left, and Interrupt ends them all.
func TestUncachedMayLeave(t *testing.T) {
	full(t, func(f *fixture, r *Reader) {
		f.origin.Fault(fetchtest.Always, fetchtest.StallAfter(0))
		ended := make(chan error, 2)
		read := func(ctx context.Context) {
			_, err := r.ReadAt(ctx, make([]byte, 10), 3*mb)
			ended <- err
		}
		go read(context.Background())
		time.Sleep(5 * time.Second)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		began := time.Now()
		go read(ctx)
		if err := <-ended; !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 2*time.Second {
			t.Errorf("a read that was left got %v after %v", err, time.Since(began))
		}
		f.Interrupt()
		if err := <-ended; !errors.Is(err, ErrClosed) || time.Since(began) > 3*time.Second {
			t.Errorf("after Interrupt: %v after %v", err, time.Since(began))
		}
	}, file("a", 4*mb))
}

func TestUncachedEnd(t *testing.T) {
	full(t, func(f *fixture, r *Reader) {
		if n, err := r.ReadAt(context.Background(), make([]byte, 100), 4*mb-10); n != 10 || err != io.EOF {
			t.Errorf("at the end: %d, %v", n, err)
		}
		if n, err := r.ReadAt(context.Background(), make([]byte, 100), 4*mb); n != 0 || err != io.EOF {
			t.Errorf("beyond it: %d, %v", n, err)
		}
	}, file("a", 4*mb))
}

// TestUncachedCommands gives a command during a read past a full disk: once it is
// carried out no byte moves.
func TestUncachedCommands(t *testing.T) {
	for _, c := range []Command{Pause, Cancel} {
		t.Run(c.String(), func(t *testing.T) {
			full(t, func(f *fixture, r *Reader) {
				f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, ConnRate: 100_000})
				ended := make(chan error, 1)
				go func() { ended <- f.attempt(r, 0, 3*mb) }()
				time.Sleep(failedRest / 2)
				f.control(r.d, c)
				before := f.origin.Stats()
				time.Sleep(patience / 2)
				if after := f.origin.Stats(); after.Requests != before.Requests || after.Sent > before.Sent+chunkLen {
					t.Errorf("%d requests, %d bytes more", after.Requests-before.Requests, after.Sent-before.Sent)
				}
				if c == Pause && (len(ended) > 0 || r.d.Status().State != Paused) {
					t.Errorf("%+v, and %d reads have ended", r.d.Status(), len(ended))
				}
				f.origin.SetLink(fetchtest.Link{})
				f.control(r.d, Resume)
				want := map[Command]error{Cancel: ErrCanceled}[c]
				if err := <-ended; !errors.Is(err, want) {
					t.Errorf("the read ended with %v, want %v", err, want)
				}
			}, file("a", 4*mb))
		})
	}
}

// TestUncachedBeginsNotPaused has a read find the disk full, and the download be
// paused before it asks past it.
func TestUncachedBeginsNotPaused(t *testing.T) {
	full(t, func(f *fixture, r *Reader) {
		time.Sleep(2 * failedRest)
		f.control(r.d, Start)
		f.untilState(r.d, Failed)
		f.control(r.d, Pause)
		before := len(f.origin.Requests())
		if _, err := r.readUncached(f.t.Context(), make([]byte, 10), 3*mb, nil); !errors.Is(err, errStopped) {
			t.Errorf("got %v", err)
		}
		if n := len(f.origin.Requests()) - before; n != 0 {
			t.Errorf("%d requests while paused", n)
		}
	}, file("a", 4*mb))
}

// TestUncachedEverChanging has a server send another version at every request.
func TestUncachedEverChanging(t *testing.T) {
	full(t, func(f *fixture, _ *Reader) {
		f.origin.Fault(fetchtest.Always, flipping(0))
		if err := f.attempt(f.reader("a"), 2*mb, 1000); !errors.Is(err, ErrBadResponse) && !errors.Is(err, ErrNoSpace) {
			t.Errorf("got %v", err)
		}
		if n := len(f.origin.Requests()); n > 3*maxChanges {
			t.Errorf("%d requests", n)
		}
	}, file("a", 4*mb))
}

// TestUncachedSignals reads past a full disk over a slow link while a signal ends
// each wait after a second, as Go programs and terminals send them. A read that was
// ended leaves its bytes to the next try, so all is as fast as without signals.
func TestUncachedSignals(t *testing.T) {
	for _, length := range []int64{4 << 10, 128 << 10, 1_500_000} {
		took, sent := readSlowly(t, length, time.Hour)
		tookSignals, sentSignals := readSlowly(t, length, time.Second)
		if tookSignals > took*5/4 || sentSignals > sent*5/4 {
			t.Errorf("reads of %d: %v and %d bytes, without signals %v and %d", length, tookSignals, sentSignals, took, sent)
		}
	}
}

// readSlowly reads a file past a full disk at 200 kB/s, and gives up each wait after a
// while to try again. It returns how long that took, and how many bytes were sent.
func readSlowly(t *testing.T, length int64, while time.Duration) (took time.Duration, sent int64) {
	full(t, func(f *fixture, r *Reader) {
		f.origin.SetLink(fetchtest.Link{RTT: 100 * time.Millisecond, ConnRate: 200_000})
		time.Sleep(2 * failedRest)
		before, began := f.origin.Sent(), time.Now()
		p := make([]byte, length)
		for off := int64(0); off < 3*mb; {
			ctx, cancel := context.WithTimeout(context.Background(), while)
			n, err := r.ReadAt(ctx, p, off)
			cancel()
			if err != nil && !errors.Is(err, context.DeadlineExceeded) && err != io.EOF {
				t.Fatalf("%d bytes at %d: %v", length, off, err)
			}
			if err := fetchtest.Check(f.origin.Content("a"), off, p[:n]); err != nil {
				t.Fatal(err)
			}
			if off += int64(n); time.Since(began) > 5*time.Minute {
				t.Errorf("reads of %d: after five minutes at %d of %d", length, off, 3*mb)
				break
			}
		}
		took, sent = time.Since(began), f.origin.Sent()-before
	}, file("a", 3*mb))
	return took, sent
}

// TestUncachedLeft leaves a read past a full disk and reads elsewhere, then gives the
// handle up: what it began is called off, and no byte comes any more.
func TestUncachedLeft(t *testing.T) {
	full(t, func(f *fixture, r *Reader) {
		f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, ConnRate: 100_000})
		for _, off := range []int64{mb, 3 * mb} {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			if _, err := r.ReadAt(ctx, make([]byte, mb-1), off); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("a read at %d ends with %v", off, err)
			}
			cancel()
			r.d.mu.Lock()
			if n := len(r.d.uncached); n != 1 {
				t.Errorf("%d transfers into memory after a read at %d", n, off)
			}
			r.d.mu.Unlock()
		}
		_ = r.Close()
		synctest.Wait()
		r.d.mu.Lock()
		defer r.d.mu.Unlock()
		if n := len(r.d.uncached); n != 0 {
			t.Errorf("%d transfers into memory for a handle that was given up", n)
		}
	}, file("a", 4*mb))
}

// TestUncachedRangesAgain has a server answer with the whole for a while: once it sends
// ranges again, bytes come past the cache again.
func TestUncachedRangesAgain(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.opt.MinFree = ranges.Unbounded / 2
		f.reopen()
		f.origin.Fault(fetchtest.Always, fetchtest.Whole)
		r := f.reader("a")
		for _, off := range []int64{0, 2 * mb} {
			if err := f.attempt(r, off, 1000); !errors.Is(err, ErrNoSpace) {
				t.Errorf("of a server that sends no ranges: %v", err)
			}
		}
		f.origin.Heal()
		time.Sleep(2 * failedRest)
		before := len(f.origin.Requests())
		for _, off := range []int64{2 * mb, 2*mb + 1000, 2*mb + 2000} {
			if err := f.attempt(r, off, 1000); err != nil {
				t.Errorf("at %d: %v", off, err)
			}
		}
		if n := len(f.origin.Requests()) - before; n > 2 {
			t.Errorf("%d requests", n)
		}
	}, file("a", 4*mb))
}

// TestWhyUncachedFails has a request past a disk that fails, which a signal left under
// way, find that the server sends no ranges: the read fails for the disk's reason.
func TestWhyUncachedFails(t *testing.T) {
	for errno, want := range map[syscall.Errno]error{syscall.EIO: ErrDisk, syscall.ENOSPC: ErrNoSpace} {
		t.Run(errno.Error(), func(t *testing.T) {
			bubble(t, func(f *fixture) {
				failData(t, "emptied", errno)
				r := f.reader("a")
				f.read(r, 0, 1000)
				f.origin.Fault(fetchtest.Always, fetchtest.Delay(failedRest/2), fetchtest.Whole)
				ctx, cancel := context.WithTimeout(f.t.Context(), failedRest/4)
				defer cancel()
				if _, err := r.ReadAt(ctx, make([]byte, 10), 2*mb); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("the read that is left: %v", err)
				}
				if err := f.attempt(r, 2*mb, 10); !errors.Is(err, want) || !errors.Is(err, errno) {
					t.Errorf("got %v, want %v", err, want)
				}
			}, file("a", 4*mb))
		})
	}
}
