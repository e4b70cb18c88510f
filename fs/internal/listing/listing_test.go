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
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/lifetime"
)

// A library answers with pages of one track each, of which it keeps those that
// were asked for.
type library struct {
	pages int        // in all
	mu    sync.Mutex // held by a call while it changes what is below
	shown int
	lists int           // how often the listing was asked for
	mores int           // how often a page was asked for
	held  bool          // pages wait until hold is closed
	hold  chan struct{} // made by try

	numbered bool // each call is numbered as it begins, as package cached does
	calls    uint64
}

// listing returns what is shown, sent at a time.
func (l *library) listing(at time.Time) catalog.Listing {
	all := catalog.Listing{Fetched: at}
	for i := range l.shown {
		all.Tracks = append(all.Tracks, catalog.Track{ID: fmt.Sprint(i), Name: fmt.Sprint(i)})
	}
	if l.shown < l.pages {
		all.Next = fmt.Sprint(l.shown)
	}
	return all
}

// number returns the number of a call that begins, 0 where calls have none.
func (l *library) number() uint64 {
	if !l.numbered {
		return 0
	}
	l.calls++
	return l.calls
}

func (l *library) list(context.Context) (catalog.Listing, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lists++
	l.shown = 1
	all := l.listing(time.Now())
	all.Sequence = l.number()
	return all, nil
}

func (l *library) more(ctx context.Context) (catalog.Listing, error) {
	l.mu.Lock()
	l.mores++
	at, number := time.Now(), l.number()
	l.mu.Unlock()
	if l.held {
		select {
		case <-l.hold:
		case <-ctx.Done():
			return catalog.Listing{}, ctx.Err()
		}
	}
	l.mu.Lock()
	l.shown++
	all := l.listing(at.Add(time.Millisecond))
	l.mu.Unlock()
	time.Sleep(time.Millisecond) // what comes later is newer
	all.Sequence = number
	return all, nil
}

// try runs a test of a lister of a library, in time that does not pass by itself.
func try(t *testing.T, l *library, test func(t *testing.T, of *Lister)) {
	synctest.Test(t, func(t *testing.T) {
		l.hold = make(chan struct{})
		life := lifetime.New()
		defer life.Wait()
		of := New(Options{Life: life, Calls: Calls{List: l.list, More: l.more, Fresh: l.list}, Swap: func(_, _ *View) {}})
		if err := of.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		test(t, of)
	})
}

// tracks returns how many tracks are listed.
func (l *Lister) tracks() int {
	v, _ := l.Current()
	return len(v.Listing.Tracks)
}

// Opening a folder brings all its pages.
func TestPages(t *testing.T) {
	try(t, &library{pages: 3}, func(t *testing.T, of *Lister) {
		if err := of.Complete(t.Context()); err != nil || of.tracks() != 3 {
			t.Errorf("%d tracks, %v", of.tracks(), err)
		}
	})
}

// Opening a folder waits 5 s for its pages. The rest is read in the background.
func TestPagesThatTakeLong(t *testing.T) {
	l := &library{pages: 3, held: true}
	try(t, l, func(t *testing.T, of *Lister) {
		for range 3 {
			began := time.Now()
			if err := of.Complete(t.Context()); err != nil {
				t.Errorf("the open fails: %v", err)
			}
			if took := time.Since(began); took != 5*time.Second {
				t.Errorf("an open waits %v for pages", took)
			}
		}
		synctest.Wait()
		if of.tracks() != 1 || l.mores != 1 {
			t.Errorf("%d tracks, after %d requests for pages", of.tracks(), l.mores)
		}
		close(l.hold)
		time.Sleep(time.Second)
		synctest.Wait()
		if of.tracks() != 3 || l.mores != 2 {
			t.Errorf("%d tracks, after %d requests for pages", of.tracks(), l.mores)
		}
	})
}

// An open that a signal ends stops waiting for pages.
func TestPagesAndASignal(t *testing.T) {
	try(t, &library{pages: 3, held: true}, func(t *testing.T, of *Lister) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := of.Complete(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the open ends with %v", err)
		}
	})
}

// A lookup of a name that is not listed so far waits for the pages that follow, unless
// they took too long already, and fails where they failed a moment ago.
func TestIsUnread(t *testing.T) {
	l := &library{pages: 3, held: true}
	try(t, l, func(t *testing.T, of *Lister) {
		check := func(when string, waits bool, want error) {
			t.Helper()
			if got, err := of.IsUnread(); got != waits || !errors.Is(err, want) {
				t.Errorf("%s: it waits %t, %v", when, got, err)
			}
		}
		check("at first", true, nil)
		if err := of.Complete(t.Context()); err != nil {
			t.Error(err)
		}
		check("while pages are read in the background", false, nil)
		close(l.hold)
		time.Sleep(time.Minute)
		check("at the end", false, nil)
	})
	try(t, &library{pages: 3}, func(t *testing.T, of *Lister) {
		more := of.calls.More
		of.calls.More = func(context.Context) (catalog.Listing, error) { return catalog.Listing{}, catalog.ErrUnavailable }
		if err := of.Complete(t.Context()); !errors.Is(err, catalog.ErrUnavailable) {
			t.Errorf("opening ends with %v", err)
		}
		if waits, err := of.IsUnread(); waits || !errors.Is(err, catalog.ErrUnavailable) {
			t.Errorf("after a failure it waits %t, %v", waits, err)
		}
		of.calls.More = more
		time.Sleep(minRetry)
		if waits, err := of.IsUnread(); !waits || err != nil {
			t.Errorf("after a while it waits %t, %v", waits, err)
		}
	})
}

// A page that is under way for an earlier listing is asked for again.
func TestPageOfAnEarlierListing(t *testing.T) {
	l := &library{pages: 3, held: true, numbered: true}
	try(t, l, func(t *testing.T, of *Lister) {
		early, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_ = of.Complete(early)
		of.Refresh()
		if err := of.Open(t.Context()); err != nil || l.lists != 2 {
			t.Fatalf("the listing was asked for %d times, %v", l.lists, err)
		}
		time.AfterFunc(time.Second, func() {
			l.shown = 0 // the page under way is of the earlier listing
			close(l.hold)
		})
		if err := of.Complete(t.Context()); err != nil || of.tracks() != 3 {
			t.Errorf("%d tracks, after %d requests for pages: %v", of.tracks(), l.mores, err)
		}
	})
}

// A lookup waits for the first listing for a while that begins when the listing
// is asked for, so that many lookups in a row wait no longer than one.
func TestPeek(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		life := lifetime.New()
		defer life.Wait()
		hangs := func(ctx context.Context) (catalog.Listing, error) {
			<-ctx.Done()
			return catalog.Listing{}, ctx.Err()
		}
		of := New(Options{Life: life, Calls: Calls{List: hangs}})
		of.Ask()
		began := time.Now()
		time.Sleep(600 * time.Millisecond)
		for range 8 {
			if err := of.Peek(t.Context(), time.Second); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("a lookup ends with %v", err)
			}
		}
		if took := time.Since(began); took != time.Second {
			t.Errorf("the lookups end after %v", took)
		}
	})
}

// TestListingStays looks names up, and gives a folder a command, after a refresh
// failed: both find the listing that there was.
func TestListingStays(t *testing.T) {
	try(t, &library{pages: 1}, func(t *testing.T, of *Lister) {
		of.calls.Fresh = func(context.Context) (catalog.Listing, error) {
			return catalog.Listing{}, catalog.ErrDenied
		}
		of.Refresh()
		synctest.Wait()
		if _, err := of.Current(); !errors.Is(err, catalog.ErrDenied) {
			t.Fatalf("the refresh ends in %v", err)
		}
		if err := of.Peek(t.Context(), time.Minute); err != nil {
			t.Errorf("a look-up fails: %v", err)
		}
		if v, err := of.Await(t.Context()); v == nil || err != nil {
			t.Errorf("a command finds %v, %v", v, err)
		}
	})
}

// A listing that the end of the mount cuts short fails for that reason, for those
// who wait for it and for those who come after.
func TestListingEndsWithTheMount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		life := lifetime.New()
		hangs := func(ctx context.Context) (catalog.Listing, error) {
			<-ctx.Done()
			return catalog.Listing{}, ctx.Err()
		}
		of := New(Options{Life: life, Calls: Calls{List: hangs}})
		waiting := make(chan error)
		go func() { waiting <- of.Open(t.Context()) }()
		synctest.Wait()
		life.Close()
		if err := <-waiting; !errors.Is(err, fetch.ErrClosed) {
			t.Errorf("an open that waits ends with %v", err)
		}
		life.Wait()
		_, err := of.Await(t.Context())
		for what, err := range map[string]error{
			"an open": of.Open(t.Context()), "a lookup": of.Peek(t.Context(), time.Second), "a command": err,
		} {
			if !errors.Is(err, fetch.ErrClosed) {
				t.Errorf("%s after the end fails with %v", what, err)
			}
		}
	})
}

// A listing of 20,000 tracks is reported as long, a shorter one is not.
func TestLongListing(t *testing.T) {
	for tracks, want := range map[int]int{19_999: 0, 20_000: 1} {
		l, reported := &library{}, 0
		life := lifetime.New()
		of := New(Options{
			Life: life, Swap: func(_, _ *View) {}, Long: func() { reported++ },
			Calls: Calls{List: func(context.Context) (catalog.Listing, error) {
				l.shown = tracks
				return l.listing(time.Now()), nil
			}},
		})
		if err := of.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		life.Wait()
		if reported != want {
			t.Errorf("%d tracks are reported %d times, want %d", tracks, reported, want)
		}
	}
}

// The order of listings is that of their numbers: a clock that was ten years wrong
// when one was fetched, and no longer is, changes nothing.
func TestOrderOfListings(t *testing.T) {
	const jump = 10 * 365 * 24 * time.Hour
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, test := range map[string]struct {
		shown, then     uint64
		shownAt, thenAt time.Time
		want            bool
	}{
		"later":                            {1, 2, now, now.Add(1), true},
		"later, the clock was ahead":       {1, 2, now.Add(jump), now, true},
		"later, the clock was behind":      {1, 2, now, now.Add(-jump), true},
		"earlier, by a clock that is late": {2, 1, now, now.Add(jump), false},
		"the same":                         {2, 2, now, now, false},
		"the same, its time made sense of": {2, 2, now.Add(jump), now, false},
		"the first with a number":          {0, 1, now.Add(jump), now, true},
		"without numbers":                  {0, 0, now.Add(jump), now, true},
		"the same without numbers":         {0, 0, now, now, false},
	} {
		old := newView(catalog.Listing{Sequence: test.shown, Fetched: test.shownAt})
		v := newView(catalog.Listing{Sequence: test.then, Fetched: test.thenAt})
		if got := v.follows(old); got != test.want {
			t.Errorf("%s: follows is %v", name, got)
		}
	}
}

// A refresh shows what the catalog has now, though the listing that is shown was
// fetched by a clock ten years ahead.
func TestRefreshAfterClockJump(t *testing.T) {
	for _, jump := range []time.Duration{10 * 365 * 24 * time.Hour, -10 * 365 * 24 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			life := lifetime.New()
			defer life.Wait()
			list := func(n uint64, at time.Time) Call {
				return func(context.Context) (catalog.Listing, error) {
					return catalog.Listing{Sequence: n, Fetched: at, Tracks: []catalog.Track{{ID: fmt.Sprint(n)}}}, nil
				}
			}
			of := New(Options{Life: life, Swap: func(_, _ *View) {},
				Calls: Calls{List: list(1, time.Now().Add(jump)), Fresh: list(2, time.Now())}})
			if err := of.Open(t.Context()); err != nil {
				t.Fatal(err)
			}
			of.Refresh()
			synctest.Wait()
			if v, err := of.Current(); err != nil || v.Track("") == nil || v.TrackByID("2") == nil {
				t.Errorf("the clock was %v off: a refresh shows %+v, %v", jump, v.Listing, err)
			}
		})
	}
}

// TestListingPanics lets the library panic: the listing stays, and the next call brings
// another.
func TestListingPanics(t *testing.T) {
	try(t, &library{pages: 1}, func(t *testing.T, of *Lister) {
		fresh := of.calls.Fresh
		of.calls.Fresh = func(context.Context) (catalog.Listing, error) { panic("a library") }
		of.Refresh()
		synctest.Wait()
		if v, err := of.Current(); v == nil || !errors.Is(err, catalog.ErrBadResponse) {
			t.Errorf("a refresh that panics leaves %v, %v", v, err)
		}
		of.calls.Fresh = fresh
		of.Refresh()
		synctest.Wait()
		if _, err := of.Current(); err != nil {
			t.Errorf("the next refresh ends in %v", err)
		}
	})
}
