package fetch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// list asks for the sizes of files as ls -l does: of all together, and one by one. It
// returns how long that took and the errors.
func (f *fixture) list(files []fetchtest.File) (took time.Duration, errs []error) {
	began := time.Now()
	var all sync.WaitGroup
	all.Go(func() { f.probe(context.Background(), files) })
	for _, a := range files {
		_, err := f.at(a.Name).Size(context.Background())
		errs = append(errs, err)
	}
	took = time.Since(began)
	all.Wait()
	return took, errs
}

// TestListOfFailingHost lists 20 tracks of a server that answers 500, or nothing, to
// each, or cannot be reached: that ends within 30 s in all, over one connection as over
// many, and again at once for half a minute. Then the server is asked again.
func TestListOfFailingHost(t *testing.T) {
	for name, test := range map[string]struct {
		fault fetchtest.Fault
		lag   time.Duration // until a connection has failed
	}{
		"500":           {fault: fetchtest.Status(500)},
		"503, later":    {fault: fetchtest.RetryAfter(503, 2*time.Minute)},
		"429":           {fault: fetchtest.RetryAfter(429, time.Minute)},
		"nothing":       {fault: fetchtest.StallAfter(fetchtest.BeforeHead)},
		"resets":        {fault: fetchtest.ResetAfter(fetchtest.BeforeHead)},
		"no connection": {lag: 4 * time.Second},
	} {
		for _, conns := range []int{1, 2, defaultConnections} {
			t.Run(fmt.Sprintf("%s, %d connections", name, conns), func(t *testing.T) {
				files := songs(20, fetchtest.File{})
				bubble(t, func(f *fixture) {
					f.opt.Connections = conns
					l := f.onLine(test.lag)
					l.down.Store(test.lag > 0)
					if test.fault != nil {
						f.origin.Fault(fetchtest.Always, test.fault)
					}
					took, errs := f.list(files)
					if took > 30*time.Second {
						t.Errorf("took %v", took)
					}
					for i, err := range errs {
						if !isHostFailure(err) {
							t.Errorf("file %d: %v", i, err)
						}
					}
					if took, _ := f.list(files); took > 0 {
						t.Errorf("again: took %v", took)
					}
					time.Sleep(hostRest)
					before := len(f.origin.Requests())
					if took, _ := f.list(files); took > 30*time.Second {
						t.Errorf("half a minute later: took %v", took)
					}
					if test.lag == 0 && len(f.origin.Requests()) == before {
						t.Error("the server is not asked any more")
					}
					f.origin.Heal()
					l.down.Store(false)
					time.Sleep(hostRest)
					if took, errs := f.list(files); errors.Join(errs...) != nil || took > 5*time.Second {
						t.Errorf("after it was over: %v, took %v", errors.Join(errs...), took)
					}
				}, files...)
			})
		}
	}
}

// TestReadAmongFailingSizes reads of a host whose sizes were refused a moment ago: the
// read is tried all the same, and its success lets sizes be asked for again.
func TestReadAmongFailingSizes(t *testing.T) {
	files := songs(5, fetchtest.File{})
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, fetchtest.Status(500))
		f.list(files)
		if _, err := f.at("4").Size(context.Background()); !errors.Is(err, ErrHostFailing) || !strings.Contains(err.Error(), "500") {
			t.Errorf("a size is refused with %v", err)
		}
		f.origin.Heal()
		time.Sleep(2 * failedRest)
		if err := f.whole("0"); err != nil {
			t.Errorf("a read: %v", err)
		}
		if took, errs := f.list(files); errors.Join(errs...) != nil || took > time.Second {
			t.Errorf("sizes after a read: %v, took %v", errors.Join(errs...), took)
		}
	}, files...)
}

// TestSizesInAQueue asks for the sizes of many files of a server that answers each after
// a while, over one connection: none fails for having waited.
func TestSizesInAQueue(t *testing.T) {
	files := songs(20, fetchtest.File{})
	bubble(t, func(f *fixture) {
		f.opt.Connections = 1
		f.reopen()
		f.origin.SetLink(fetchtest.Link{RTT: 9 * time.Second})
		took, errs := f.list(files)
		if err := errors.Join(errs...); err != nil {
			t.Errorf("after %v: %v", took, err)
		}
		if took < time.Minute {
			t.Errorf("took %v only", took)
		}
	}, files...)
}

// TestSizeThatOnlyTheEndTells waits for the end of a download, however long it takes.
func TestSizeThatOnlyTheEndTells(t *testing.T) {
	a := fetchtest.File{Name: "a", Content: fetchtest.Random(1, mb), NoLength: true, NoRanges: true}
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{ConnRate: 5000})
		began := time.Now()
		size, err := f.download("a").Size(context.Background())
		if took := time.Since(began); size != mb || err != nil || took < 3*time.Minute {
			t.Errorf("%d, %v after %v", size, err, took)
		}
	}, a)
}

// TestSizeLeavesNothing gives a size up after 20 s: nothing goes on for it.
func TestSizeLeavesNothing(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, fetchtest.StallAfter(fetchtest.BeforeHead))
		began := time.Now()
		_, err := f.download("a").Size(context.Background())
		if took := time.Since(began); took != sizeTimeout || !errors.Is(err, ErrTimeout) {
			t.Errorf("%v after %v", err, took)
		}
		if err := f.origin.WaitIdle(f.t.Context()); err != nil {
			t.Error(err)
		}
		before := len(f.origin.Requests())
		time.Sleep(time.Minute)
		if n := len(f.origin.Requests()); n != before || time.Since(began) > 2*time.Minute {
			t.Errorf("%d more requests", n-before)
		}
	}, file("a", mb))
}

// The rest of a host begins with the third file that failed and ends by itself; one
// failure more begins another.
func TestGuardedHost(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var h guardedHost
	for i, step := range []struct {
		key     string
		after   time.Duration
		begins  bool
		resting bool
	}{
		{"a", 0, false, false}, {"a", 0, false, false}, {"b", 0, false, false}, {"a", 0, false, false},
		{"c", 0, true, true}, {"d", time.Second, false, true}, {"d", hostRest - 1, false, true}, {"a", hostRest, true, true},
	} {
		begins := h.fail(step.key, ErrTimeout, now.Add(step.after))
		if resting := h.refusal(now.Add(step.after)) != nil; begins != step.begins || resting != step.resting {
			t.Errorf("step %d: begins %v, rests %v", i, begins, resting)
		}
	}
	if h.refusal(now.Add(2*hostRest)) != nil || !errors.Is(h.refusal(now.Add(2*hostRest-1)), ErrTimeout) {
		t.Error("the rest has another end")
	}
}

// Hosts are forgotten where there are too many.
func TestSizeGuardIsBounded(t *testing.T) {
	var g sizeGuard
	for i := range 3 * maxGuarded {
		g.answered(fmt.Sprint(i))
	}
	if n := len(g.hosts); n > maxGuarded {
		t.Errorf("%d hosts are remembered", n)
	}
}
