package cached

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/tunesfs/tunesfs/catalog"
)

// visit reads listings of folders, one after the other, and returns those in memory
// after each was read.
func visit(t *testing.T, c *Source, folders int) []weak.Pointer[entry] {
	t.Helper()
	var all []weak.Pointer[entry]
	for i := range folders {
		if _, err := c.List(t.Context(), fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		all = append(all, weak.Make(c.memory.get(key{true, fmt.Sprint(i)})))
	}
	synctest.Wait()
	return all
}

// A listing that waits to be renewed is evicted from memory as any other, and waits once,
// however often it is read again.
func TestWaitingListingsLeaveMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const folders = 20
		s := &service{tracks: songs("1")}
		c := s.cached(t, Options{Dir: t.TempDir(), TTL: time.Hour, MaxMemory: 1})
		visit(t, c, folders)
		time.Sleep(time.Hour)
		s.set(func(s *service) { s.gate = make(chan struct{}) })
		visited := visit(t, c, folders)
		for range 3 {
			visit(t, c, folders)
		}
		wantCalls(t, s, folders+refreshes)
		if n := len(c.refresh.queue); n != folders-refreshes {
			t.Errorf("%d wait for their turn, want %d", n, folders-refreshes)
		}
		runtime.GC()
		kept := 0
		for _, e := range visited {
			if e.Value() != nil {
				kept++
			}
		}
		if kept > 1 {
			t.Errorf("%d listings are in memory, which has room for one", kept)
		}
		close(s.gate)
		synctest.Wait()
		wantCalls(t, s, 2*folders)
		if n := len(c.refresh.renewals); n != 0 {
			t.Errorf("%d renewals are known after all have ended", n)
		}
	})
}

// A refresh that failed counts though memory has evicted the listing: the next is not
// earlier, and its failure is known until the service sends the listing.
func TestFailureOutlastsMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{tracks: songs("1")}
		c := s.cached(t, Options{Dir: t.TempDir(), TTL: time.Minute, MaxMemory: 1})
		visit(t, c, 3)
		time.Sleep(time.Minute)
		s.set(func(s *service) { s.err = errDown })
		failures := func(want error) {
			t.Helper()
			for i := range 3 {
				if err := c.ListFailure(fmt.Sprint(i)); !errors.Is(err, want) {
					t.Errorf("folder %d: %v, want %v", i, err, want)
				}
			}
		}
		calls := 3
		for _, wait := range []time.Duration{0, minRetry, 2 * minRetry, 4 * minRetry} {
			if wait > 0 {
				time.Sleep(wait - 1)
				visit(t, c, 3)
				wantCalls(t, s, calls)
				time.Sleep(time.Nanosecond)
			}
			visit(t, c, 3)
			visit(t, c, 3)
			calls += 3
			wantCalls(t, s, calls)
			failures(errDown)
		}
		s.set(func(s *service) { s.err = nil })
		for i := range 3 {
			if _, err := c.RefreshFolder(t.Context(), fmt.Sprint(i)); err != nil {
				t.Error(err)
			}
		}
		failures(nil)
	})
}

// What a user refreshed by hand has not failed, though a refresh in the background did
// while that was on its way.
func TestRefreshByHandOutdoesFailure(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	r := &refresher{tasks: newTasks(time.Minute, log), memory: newMemory(time.Hour, 1<<20), log: log}
	defer r.tasks.close()
	for name, tt := range map[string]struct {
		expires time.Duration
		want    error
	}{
		"expired": {-time.Hour, errDown},
		"fresh":   {time.Hour, nil},
	} {
		k := key{arg: name}
		r.addLocked(k).waiting = true
		r.memory.put(k, newEntry(catalog.Listing{Expires: time.Now().Add(tt.expires)}, nil))
		r.renewed(k)
		if !r.renewals[k].waiting {
			t.Errorf("%s: it waits no longer", name)
		}
		r.settle(k, errDown)
		if err := r.failure(k); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

// What is known of refreshes has a bound. The one that may be tried again soonest is
// forgotten first, and none that waits.
func TestRenewalsAreBounded(t *testing.T) {
	r := &refresher{}
	at := time.Now()
	waits := func(i int) bool { return i%3 == 0 }
	for i := range maxRenewals + 10 {
		n := r.addLocked(key{arg: fmt.Sprint(i)})
		n.waiting, n.retry = waits(i), at.Add(time.Duration(i))
		if len(r.renewals) > maxRenewals {
			t.Fatalf("%d renewals, want %d at most", len(r.renewals), maxRenewals)
		}
	}
	forgotten := 0
	for i := range maxRenewals + 10 {
		if r.renewals[key{arg: fmt.Sprint(i)}] != nil {
			continue
		}
		if forgotten++; waits(i) || i > 15 {
			t.Errorf("number %d is forgotten", i)
		}
	}
	if forgotten != 10 {
		t.Errorf("%d are forgotten, want 10", forgotten)
	}
}
