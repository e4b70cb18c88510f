package cached

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// jump is how far the clock of these tests is wrong, both ways.
const jump = 10 * 365 * 24 * time.Hour

// fetched has the stored listing of k look as if it was fetched at a time.
func fetched(t *testing.T, d disk, k key, at time.Time) {
	t.Helper()
	r, err := d.load(k)
	if err != nil || r == nil {
		t.Fatalf("no record: %v", err)
	}
	r.Listing.Fetched = at.UTC()
	if err := d.save(k, *r); err != nil {
		t.Fatal(err)
	}
}

// A listing that is refreshed follows the stored one, whatever the clock said when
// that was stored. No time is shown that has not come yet.
func TestRefreshAfterClockJump(t *testing.T) {
	for name, by := range map[string]time.Duration{"ahead": jump, "behind": -jump} {
		t.Run(name, func(t *testing.T) {
			dir, s := t.TempDir(), &service{tracks: songs("1")}
			c := s.cached(t, Options{Dir: dir})
			found(t, c)
			c.Close()
			fetched(t, c.disk, key{arg: "x"}, time.Now().Add(by))

			c = s.cached(t, Options{Dir: dir})
			stored, err := c.Search(t.Context(), "x")
			if err != nil || stored.Fetched.After(time.Now()) {
				t.Fatalf("fetched at %v, %v", stored.Fetched, err)
			}
			s.set(func(s *service) { s.tracks = songs("2") })
			now, err := c.Refresh(t.Context(), "x")
			if err != nil || now.Sequence <= stored.Sequence {
				t.Errorf("number %d follows %d, %v", now.Sequence, stored.Sequence, err)
			}
			if age := time.Since(now.Fetched); age < 0 || age > time.Hour {
				t.Errorf("refreshed %v ago", age)
			}
		})
	}
}

// The later of two listings has the higher number over restarts, be it of another
// folder, and also where the count of processes was lost or a record of old has none.
func TestSequence(t *testing.T) {
	dir, s := t.TempDir(), &service{tracks: songs("1")}
	var last uint64
	next := func(c *Source, list func(*Source) (catalog.Listing, error)) {
		t.Helper()
		l, err := list(c)
		if counts := c.Recall(last); err != nil || l.Sequence <= counts {
			t.Errorf("number %d follows %d, which counts for %d, %v", l.Sequence, last, counts, err)
		}
		last = l.Sequence
	}
	search := func(c *Source) (catalog.Listing, error) { return c.Refresh(t.Context(), "x") }
	folder := func(c *Source) (catalog.Listing, error) { return c.RefreshFolder(t.Context(), "f") }

	c := s.cached(t, Options{Dir: dir})
	for range 3 {
		next(c, search)
	}
	c.Close()
	c = s.cached(t, Options{Dir: dir})
	next(c, folder)
	kept, _ := c.Search(t.Context(), "x")
	if kept.Sequence == 0 || kept.Sequence >= last {
		t.Errorf("the stored listing has number %d, a later one %d", kept.Sequence, last)
	}
	next(c, search)
	c.Close()
	for _, count := range []string{"", "no number\n", "99999999999999999999\n"} {
		if err := os.WriteFile(filepath.Join(dir, sequenceName), []byte(count), 0o600); err != nil {
			t.Fatal(err)
		}
		c = s.cached(t, Options{Dir: dir})
		next(c, search)
		c.Close()
	}
}

// A FIFO in the place of the count holds up nobody, and is replaced.
func TestSequenceReadsNoFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), sequenceName)
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if first := (disk{dir: filepath.Dir(path)}).nextProcess(); first == 0 {
		t.Error("no number")
	}
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		t.Errorf("the count is %v, %v", info, err)
	}
}

// What is in memory is timed by the clock that is never set: no entry has a time by
// the wall clock, which go-cache goes by.
func TestMemoryIgnoresWallClock(t *testing.T) {
	s := &service{tracks: songs("1")}
	c := s.cached(t, Options{TTL: time.Hour})
	found(t, c)
	for k, cached := range c.memory.cache.Items() {
		if cached.Expiration != 0 {
			t.Errorf("%s expires by the wall clock", k)
		}
		i := cached.Object.(item)
		for what, at := range map[string]time.Time{"it leaves": i.until, "it is due": i.entry.listing.Expires} {
			if at == at.Round(0) {
				t.Errorf("%s: when %s has no monotonic reading", k, what)
			}
		}
	}
}

// An entry leaves the memory a day after it was due, and makes room for others.
func TestMemoryExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{tracks: songs("1")}
		c := s.cached(t, Options{TTL: time.Hour})
		found(t, c)
		time.Sleep(time.Hour + idleTTL)
		if c.memory.get(key{arg: "x"}) == nil {
			t.Error("gone before its time")
		}
		time.Sleep(time.Nanosecond)
		if c.memory.get(key{arg: "x"}) != nil {
			t.Error("still there after its time")
		}
		if _, err := c.List(t.Context(), ""); err != nil || c.memory.cache.ItemCount() != 1 {
			t.Errorf("%d entries in memory, %v", c.memory.cache.ItemCount(), err)
		}
	})
}

// When to try again after a failure does not depend on the wall clock either.
func TestRetryIgnoresWallClock(t *testing.T) {
	limited := &catalog.RateLimitError{Retry: time.Now().Add(time.Hour)}
	for _, err := range []error{errDown, limited} {
		if at := retryAt(1, err); at == at.Round(0) {
			t.Errorf("%v: no monotonic reading", err)
		}
	}
}

func TestFresh(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, test := range map[string]struct {
		age, want time.Duration
	}{
		"just fetched": {0, time.Hour},
		"a minute old": {time.Minute, 59 * time.Minute},
		"out of date":  {time.Hour, 0},
		"ten years":    {jump, 0},
		"in ten years": {-jump, 0},
		"in a moment":  {-1, 0},
	} {
		if got := fresh(now.Add(-test.age), now, time.Hour); got != test.want {
			t.Errorf("%s: fresh for %v, want %v", name, got, test.want)
		}
	}
}
