package listing

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fs/internal/lifetime"
)

var errAway = errors.New("the network is away")

// A shelf is a library that keeps what its service once sent.
type shelf struct {
	mu     sync.Mutex      // guards what follows
	away   error           // why the service does not answer; nil if it does
	kept   catalog.Listing // what it sent last
	asked  int             // how often the service was asked
	failed []error         // what the lister reported
}

func (s *shelf) fresh(context.Context) (catalog.Listing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.away != nil {
		return catalog.Listing{}, s.away
	}
	s.kept = catalog.Listing{Fetched: time.Now(), Tracks: []catalog.Track{{ID: "1", Name: fmt.Sprint(s.asked)}}}
	return s.kept, nil
}

func (s *shelf) list(ctx context.Context) (catalog.Listing, error) {
	s.mu.Lock()
	kept := s.kept
	s.mu.Unlock()
	if kept.Fetched.IsZero() {
		return s.fresh(ctx)
	}
	return kept, nil
}

// leave makes the service not answer, because of err, or answer again.
func (s *shelf) leave(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = err
}

// count returns how often the service was asked.
func (s *shelf) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// browse runs a test of a lister of a shelf, in time that does not pass by itself.
func browse(t *testing.T, s *shelf, test func(t *testing.T, of *Lister)) {
	synctest.Test(t, func(t *testing.T) {
		life := lifetime.New()
		defer life.Wait()
		of := New(Options{
			Life: life, Calls: Calls{List: s.list, More: s.list, Fresh: s.fresh}, Swap: func(_, _ *View) {},
			Failed: func(err error) { s.failed = append(s.failed, err) },
		})
		test(t, of)
	})
}

// peeks looks up a name a hundred times within a second.
func peeks(t *testing.T, of *Lister, want error) {
	t.Helper()
	for range 100 {
		if err := of.Peek(t.Context(), time.Second); !errors.Is(err, want) {
			t.Fatalf("a lookup ends with %v, want %v", err, want)
		}
		pass(10 * time.Millisecond)
	}
}

// pass lets time pass, and then all that is under way come to rest.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// A first listing that failed is asked for again by lookups, as often as a listing
// may be and not once for each name. An open does not wait for that.
func TestLookupsTryAgain(t *testing.T) {
	s := &shelf{away: errAway}
	browse(t, s, func(t *testing.T, of *Lister) {
		peeks(t, of, errAway)
		if s.count() != 1 {
			t.Errorf("100 lookups asked %d times", s.count())
		}
		pass(minRetry)
		peeks(t, of, errAway)
		if s.count() != 2 {
			t.Errorf("after %v lookups asked %d times in all", minRetry, s.count())
		}
		if err := of.Open(t.Context()); !errors.Is(err, errAway) || s.count() != 3 {
			t.Errorf("an open ends with %v after %d calls", err, s.count())
		}
		s.leave(nil)
		pass(maxRetry)
		peeks(t, of, nil)
		if v, err := of.Current(); v == nil || err != nil || s.count() != 4 {
			t.Errorf("%v, %v after %d calls", v, err, s.count())
		}
	})
}

// A listing that is there serves on beside the error of a refresh, and lookups ask
// again until the service has answered. What the library keeps is no answer.
func TestRefreshFails(t *testing.T) {
	s := &shelf{}
	browse(t, s, func(t *testing.T, of *Lister) {
		peeks(t, of, nil)
		s.leave(errAway)
		of.Refresh()
		synctest.Wait()
		fails := func(asked int) {
			t.Helper()
			if v, err := of.Current(); v == nil || !errors.Is(err, errAway) || s.count() != asked {
				t.Errorf("%v, %v after %d calls, want %d", v, err, s.count(), asked)
			}
		}
		fails(2)
		peeks(t, of, nil)
		if err := of.Open(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := of.Await(t.Context()); err != nil {
			t.Error(err)
		}
		fails(2)
		pass(minRetry)
		peeks(t, of, nil)
		fails(3)
		if len(s.failed) != 1 || !errors.Is(s.failed[0], errAway) {
			t.Errorf("reported are %v", s.failed)
		}
		s.leave(nil)
		pass(maxRetry)
		peeks(t, of, nil)
		if v, err := of.Current(); err != nil || v.Track("4") == nil {
			t.Errorf("%v after %d calls", err, s.count())
		}
		pass(maxRetry)
		peeks(t, of, nil)
		if s.count() != 4 {
			t.Errorf("asked %d times", s.count())
		}
	})
}

// The first listing after a refresh that failed ends the error if the service has
// sent it since, and not if the library had it all the time.
func TestFirstListingAfterRefreshFails(t *testing.T) {
	for _, had := range []bool{false, true} {
		s := &shelf{}
		browse(t, s, func(t *testing.T, of *Lister) {
			if had {
				_, _ = s.fresh(t.Context())
				time.Sleep(time.Minute)
			}
			s.leave(errAway)
			of.Refresh()
			synctest.Wait()
			s.leave(nil)
			if err := of.Open(t.Context()); err != nil {
				t.Fatal(err)
			}
			if v, err := of.Current(); v == nil || had != errors.Is(err, errAway) {
				t.Errorf("kept before: %v; %v, %v", had, v, err)
			}
		})
	}
}

// Persist asks until there is a listing, and no more.
func TestPersist(t *testing.T) {
	s := &shelf{away: errAway}
	browse(t, s, func(t *testing.T, of *Lister) {
		of.Persist()
		pass(10 * time.Minute)
		if s.count() < 20 || s.count() > 24 {
			t.Errorf("asked %d times in 10 minutes", s.count())
		}
		s.leave(nil)
		pass(maxRetry)
		asked := s.count()
		if v, err := of.Current(); v == nil || err != nil {
			t.Errorf("%v, %v", v, err)
		}
		pass(10 * time.Minute)
		if s.count() != asked {
			t.Errorf("asked %d times more", s.count()-asked)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	now := time.Unix(1e9, 0)
	until := func(d time.Duration) error {
		return fmt.Errorf("search: %w", &catalog.RateLimitError{Retry: now.Add(d)})
	}
	for _, c := range []struct {
		failures int
		err      error
		want     time.Duration
	}{
		{1, errAway, 5 * time.Second},
		{2, errAway, 10 * time.Second},
		{3, errAway, 20 * time.Second},
		{4, errAway, 30 * time.Second},
		{1 << 40, errAway, 30 * time.Second},
		{1, fmt.Errorf("list: %w", catalog.ErrDenied), 5 * time.Minute},
		{1, &catalog.RateLimitError{}, 5 * time.Second},
		{1, until(time.Second), 5 * time.Second},
		{1, until(20 * time.Minute), 20 * time.Minute},
		{9, until(10 * 365 * 24 * time.Hour), time.Hour}, // the clock was wrong, theirs or ours
		{9, until(-10 * 365 * 24 * time.Hour), 30 * time.Second},
	} {
		if got := retryAfter(c.failures, now, c.err); got != c.want {
			t.Errorf("after %d failures, %v: %v, want %v", c.failures, c.err, got, c.want)
		}
	}
}
