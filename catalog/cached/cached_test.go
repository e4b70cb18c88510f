package cached

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

var errDown = errors.New("network is unreachable")

func TestEqualCallsAreMadeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{tracks: songs("1"), gate: make(chan struct{})}
		c := s.cached(t, Options{})
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() { wantEqual(t, "shared", found(t, c), "1=A - B.mp3") })
		}
		synctest.Wait()
		close(s.gate)
		wg.Wait()
		wantCalls(t, s, 1)
		found(t, c)
		wantCalls(t, s, 1)
	})
}

// Who leaves does so at once, and the others, and those who come later, get
// what the call brings.
func TestCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{tracks: songs("1"), gate: make(chan struct{})}
		c := s.cached(t, Options{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if _, err := c.Search(ctx, "x"); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
		close(s.gate)
		synctest.Wait()
		wantEqual(t, "later", found(t, c), "1=A - B.mp3")
		wantCalls(t, s, 1)
	})
}

func TestHungCallHasADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{hang: true}
		c := s.cached(t, Options{Timeout: 7 * time.Second})
		start := time.Now()
		_, err := c.Search(t.Context(), "x")
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 7*time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}

func TestErrorsAreNotKept(t *testing.T) {
	s := &service{err: errDown}
	c := s.cached(t, Options{Dir: t.TempDir()})
	for range 2 {
		if _, err := c.Search(t.Context(), "x"); !errors.Is(err, errDown) {
			t.Errorf("got %v", err)
		}
	}
	wantCalls(t, s, 2)
	s.set(func(s *service) { s.err, s.tracks = nil, songs("1") })
	wantEqual(t, "then", found(t, c), "1=A - B.mp3")
}

func TestEmptyResultIsKept(t *testing.T) {
	s := &service{}
	c := s.cached(t, Options{})
	for range 2 {
		wantEqual(t, "empty", found(t, c))
	}
	wantCalls(t, s, 1)
}

func TestRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{tracks: songs("1")}
		c := s.cached(t, Options{})
		first, _ := c.Search(t.Context(), "x")
		s.set(func(s *service) { s.tracks = songs("2") })
		l, err := c.Refresh(t.Context(), "x")
		if err != nil {
			t.Fatal(err)
		}
		if l.Fetched.Equal(first.Fetched) {
			t.Error("two responses have one time")
		}
		wantEqual(t, "refreshed", pairs(l), "2=A - B (2).mp3")
		wantEqual(t, "then", found(t, c), "2=A - B (2).mp3")

		old, _ := c.List(t.Context(), "")
		s.set(func(s *service) { s.tracks = songs("3") })
		if now, err := c.RefreshFolder(t.Context(), ""); err != nil || now.Tracks[0].ID == old.Tracks[0].ID {
			t.Errorf("a refreshed folder: %v, %v", pairs(now), err)
		}

		s.set(func(s *service) { s.err = errDown })
		if _, err := c.Refresh(t.Context(), "x"); !errors.Is(err, errDown) {
			t.Errorf("got %v, want %v", err, errDown)
		}
		wantEqual(t, "after a failure", found(t, c), "2=A - B (2).mp3")
	})
}

func TestLocate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{gate: make(chan struct{})}
		c := s.cached(t, Options{})
		const id = "https://example.com/a"
		responses := make(chan catalog.Location, 10)
		for range cap(responses) {
			go func() {
				l, err := c.Locate(t.Context(), id)
				if err != nil {
					t.Error(err)
				}
				if l.Header.Get("X") != "1" {
					t.Error("the header was changed by another caller")
				}
				l.Header.Set("X", "changed")
				responses <- l
			}()
		}
		synctest.Wait()
		wantCalls(t, s, 1)
		close(s.gate)
		for range cap(responses) {
			if l := <-responses; l.URL != id {
				t.Errorf("got %q", l.URL)
			}
		}
		if _, err := c.Locate(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		wantCalls(t, s, 2)
		if _, err := c.Locate(t.Context(), "file:///etc/passwd"); !errors.Is(err, catalog.ErrInvalidURL) {
			t.Errorf("got %v, want catalog.ErrInvalidURL", err)
		}
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{tracks: songs("1")}
		c := s.cached(t, Options{TTL: time.Hour})
		found(t, c)
		time.Sleep(time.Hour)
		s.set(func(s *service) { s.hang, s.linger = true, time.Second })
		found(t, c) // with a refresh behind that hangs
		failed := make(chan error)
		go func() {
			_, err := c.Search(context.Background(), "y")
			failed <- err
		}()
		synctest.Wait()
		start := time.Now()
		if err := c.Close(); err != nil || time.Since(start) != time.Second {
			t.Errorf("Close: %v after %v, want it to wait for the calls", err, time.Since(start))
		}
		if err := <-failed; !errors.Is(err, catalog.ErrClosed) {
			t.Errorf("a waiting caller got %v, want catalog.ErrClosed", err)
		}
		wantEqual(t, "in memory", found(t, c), "1=A - B.mp3")
		if _, err := c.Search(t.Context(), "z"); !errors.Is(err, catalog.ErrClosed) {
			t.Errorf("afterwards: %v, want catalog.ErrClosed", err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Memory is bounded by what listings hold, and by how many there are; the
// newest is kept however large it is.
func TestMemoryIsBounded(t *testing.T) {
	s := &service{tracks: songs("1", "2")}
	l, err := s.cached(t, Options{}).Search(t.Context(), "0")
	if err != nil {
		t.Fatal(err)
	}
	c := s.cached(t, Options{MaxMemory: 10 * weigh(l, nil)})
	for i := range 100 {
		c.Search(t.Context(), fmt.Sprint(i))
		c.Search(t.Context(), "0") // used all the time
	}
	if n := c.memory.cache.ItemCount(); n != 10 {
		t.Errorf("%d listings in memory, want 10", n)
	}
	if c.memory.get(key{arg: "0"}) == nil || c.memory.get(key{arg: "99"}) == nil {
		t.Error("a listing was dropped that others were used less than")
	}
	s.set(func(s *service) { s.tracks = make([]catalog.Track, 10_000) })
	for i := range s.tracks {
		s.tracks[i] = catalog.Track{ID: fmt.Sprint(i)}
	}
	c.Search(t.Context(), "huge")
	c.Search(t.Context(), "huge")
	if n := c.memory.cache.ItemCount(); n != 1 {
		t.Errorf("%d listings in memory, want the huge one alone", n)
	}
	wantCalls(t, s, 102)
}

func TestIdleListingsLeaveMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{tracks: songs("1")}
		c := s.cached(t, Options{TTL: time.Hour})
		for _, query := range []string{"x", "y"} {
			c.Search(t.Context(), query)
			time.Sleep(time.Hour + idleTTL + 1)
		}
		c.Search(t.Context(), "z")
		if n := c.memory.cache.ItemCount(); n != 1 {
			t.Errorf("%d listings in memory, want the last alone", n)
		}
	})
}

func TestWarmSearchCopiesNothing(t *testing.T) {
	s := &service{tracks: make([]catalog.Track, 1000)}
	for i := range s.tracks {
		s.tracks[i] = catalog.Track{ID: fmt.Sprint(i)}
	}
	c := s.cached(t, Options{})
	a, _ := c.Search(t.Context(), "x")
	b, _ := c.Search(t.Context(), "x")
	if len(a.Tracks) != 1000 || &a.Tracks[0] != &b.Tracks[0] {
		t.Error("two calls have two copies")
	}
}

func BenchmarkWarmSearch(b *testing.B) {
	c := New(&service{tracks: songs("1")}, Options{})
	defer c.Close()
	for b.Loop() {
		if _, err := c.Search(b.Context(), "x"); err != nil {
			b.Fatal(err)
		}
	}
}
