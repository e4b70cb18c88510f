package cached

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestExpiredIsServedAndRenewedBehind(t *testing.T) {
	for name, dir := range map[string]string{"memory": "", "disk": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &service{tracks: songs("1")}
				c := s.cached(t, Options{Dir: dir, TTL: time.Hour})
				first, _ := c.Search(t.Context(), "x")
				time.Sleep(time.Hour - 1)
				found(t, c)
				synctest.Wait()
				wantCalls(t, s, 1)

				time.Sleep(time.Nanosecond)
				s.set(func(s *service) { s.tracks, s.gate = songs("2", "1"), make(chan struct{}) })
				wantEqual(t, "expired", found(t, c), "1=A - B.mp3")
				wantEqual(t, "again", found(t, c), "1=A - B.mp3")
				close(s.gate)
				synctest.Wait()
				wantCalls(t, s, 2)
				wantEqual(t, "renewed", found(t, c), "2=A - B (2).mp3", "1=A - B.mp3")
				if second, _ := c.Search(t.Context(), "x"); !second.Fetched.After(first.Fetched) {
					t.Errorf("fetched at %v, then %v", first.Fetched, second.Fetched)
				}
			})
		})
	}
}

// Why a listing could not be renewed is known until it is.
func TestFailureOfARefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{tracks: songs("1")}
		c := s.cached(t, Options{TTL: time.Minute})
		try := func(err, want error) {
			t.Helper()
			s.set(func(s *service) { s.err = err })
			time.Sleep(time.Minute)
			wantEqual(t, "kept", found(t, c), "1=A - B.mp3")
			if _, err := c.List(t.Context(), "f"); err != nil && want == nil {
				t.Error(err)
			}
			synctest.Wait()
			for what, got := range map[string]error{"search": c.SearchFailure("x"), "folder": c.ListFailure("f")} {
				if !errors.Is(got, want) {
					t.Errorf("%s: %v, want %v", what, got, want)
				}
			}
		}
		try(nil, nil)
		try(catalog.ErrBadResponse, catalog.ErrBadResponse)
		try(nil, nil)
		if err := c.SearchFailure("never"); err != nil {
			t.Errorf("of what was never listed: %v", err)
		}
	})
}

// The waits after failed refreshes double up to five minutes; a rate limit that is
// longer counts instead.
func TestFailedRefreshBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{tracks: songs("1")}
		c := s.cached(t, Options{TTL: time.Minute})
		found(t, c)
		time.Sleep(time.Minute)
		s.set(func(s *service) { s.err = errDown })
		calls := 1
		try := func(want bool) {
			t.Helper()
			wantEqual(t, "kept", found(t, c), "1=A - B.mp3")
			synctest.Wait()
			if want {
				calls++
			}
			wantCalls(t, s, calls)
		}
		try(true)
		for _, wait := range []time.Duration{30, 60, 120, 240, 300, 300, 300} {
			time.Sleep(wait*time.Second - 1)
			try(false)
			time.Sleep(time.Nanosecond)
			try(true)
		}
		s.set(func(s *service) { s.err = &catalog.RateLimitError{Retry: time.Now().Add(5 * time.Hour)} })
		time.Sleep(5 * time.Minute)
		try(true)
		time.Sleep(5*time.Hour - 5*time.Minute - 1)
		try(false)
		s.set(func(s *service) { s.err = nil })
		time.Sleep(time.Nanosecond)
		try(true)
		time.Sleep(time.Minute)
		try(true)
	})
}

// A listing that cannot be renewed stays for days, in memory alone too.
func TestOfflineTheLastListingStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{tracks: songs("1")}
		c := s.cached(t, Options{TTL: time.Hour})
		found(t, c)
		s.set(func(s *service) { s.err = errDown })
		for range 10 {
			time.Sleep(23 * time.Hour)
			wantEqual(t, "offline", found(t, c), "1=A - B.mp3")
			synctest.Wait()
		}
	})
}

// Many listings expire together; a few are renewed at a time, and all in the end.
func TestRefreshesAreFewAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{tracks: songs("1")}
		c := s.cached(t, Options{TTL: time.Hour})
		visit := func() {
			for i := range 50 {
				if _, err := c.List(t.Context(), fmt.Sprint(i)); err != nil {
					t.Fatal(err)
				}
			}
			synctest.Wait()
		}
		visit()
		time.Sleep(time.Hour)
		s.set(func(s *service) { s.gate = make(chan struct{}) })
		visit()
		visit()
		wantCalls(t, s, 50+refreshes)
		if n := len(c.refresh.queue); n != 50-refreshes {
			t.Errorf("%d wait for their turn, want %d", n, 50-refreshes)
		}
		close(s.gate)
		synctest.Wait()
		wantCalls(t, s, 100)
	})
}

// What someone refreshed by hand while it waited for its turn is not asked for
// again.
func TestRefreshByHandCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{tracks: songs("1")}
		c := s.cached(t, Options{TTL: time.Hour})
		visit := func() {
			for _, query := range []string{"a", "b", "x"} {
				if _, err := c.Search(t.Context(), query); err != nil {
					t.Fatal(err)
				}
			}
			synctest.Wait()
		}
		visit()
		time.Sleep(time.Hour)
		gate := make(chan struct{})
		s.set(func(s *service) { s.gate = gate })
		visit()
		s.set(func(s *service) { s.gate = nil })
		if _, err := c.Refresh(t.Context(), "x"); err != nil {
			t.Fatal(err)
		}
		close(gate)
		synctest.Wait()
		wantCalls(t, s, 3+refreshes+1)
	})
}
