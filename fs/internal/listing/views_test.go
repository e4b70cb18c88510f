package listing

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fs/internal/lifetime"
)

// A drawer is some listers whose views are bounded together, each of one track.
type drawer struct {
	views   *Views
	listers []*Lister
	calls   []int            // of the library, by lister
	fail    error            // of every call
	busy    map[*Lister]bool // in use
	hollow  map[int]bool     // what swap was told last: the view before was dropped
	at      catalog.Listing  // what every call brings
}

// shelve runs a test of a drawer with n listers and room for two views.
func shelve(t *testing.T, n int, test func(t *testing.T, d *drawer)) {
	synctest.Test(t, func(t *testing.T) {
		life := lifetime.New()
		defer life.Wait()
		d := &drawer{calls: make([]int, n), busy: map[*Lister]bool{}, hollow: map[int]bool{},
			at: catalog.Listing{Sequence: 1, Fetched: time.Now(), Tracks: []catalog.Track{{ID: "a", Name: "a"}}}}
		d.views = NewViews(life, 2*newView(d.at).bytes(), func() map[*Lister]bool { return d.busy })
		for i := range n {
			list := func(context.Context) (catalog.Listing, error) {
				d.calls[i]++
				return d.at, d.fail
			}
			d.listers = append(d.listers, New(Options{Life: life, Calls: Calls{List: list, More: list, Fresh: list}, Views: d.views,
				Swap: func(old, _ *View) { d.hollow[i] = old != nil && old.IsHollow() }}))
		}
		test(t, d)
	})
}

// open opens a lister, and returns when nothing goes on any more.
func (d *drawer) open(t *testing.T, some ...int) {
	t.Helper()
	for _, i := range some {
		if err := d.listers[i].Open(t.Context()); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Millisecond)
	}
	time.Sleep(3 * settle)
	synctest.Wait()
}

// wantShown fails the test unless the views of just these listers are in memory.
func (d *drawer) wantShown(t *testing.T, want ...int) {
	t.Helper()
	var shown []int
	for i, l := range d.listers {
		if v, _ := l.Current(); v != nil {
			shown = append(shown, i)
		}
	}
	if fmt.Sprint(shown) != fmt.Sprint(want) {
		t.Errorf("views %v are in memory, want %v", shown, want)
	}
}

// The view that was used least recently goes first, and comes back when it is needed.
func TestViewsAreBounded(t *testing.T) {
	shelve(t, 4, func(t *testing.T, d *drawer) {
		d.open(t, 0, 1, 2, 3)
		d.wantShown(t, 2, 3)
		if v := d.listers[0].Last(); v == nil || v.Listing.Sequence != 1 || !v.Listing.Fetched.Equal(d.at.Fetched) || !d.listers[0].IsDropped() {
			t.Errorf("a view that was dropped is remembered as %+v", v)
		}
		v, err := d.listers[0].Await(t.Context())
		if err != nil || v.Track("a") == nil || d.calls[0] != 2 || !d.hollow[0] {
			t.Errorf("%+v, %v after %d calls; swap was told of one that was dropped: %v", v, err, d.calls[0], d.hollow[0])
		}
		d.open(t)
		d.wantShown(t, 0, 3)
	})
}

// Views that are pinned or in use stay, and go when they are not any more.
func TestViewsInUseStay(t *testing.T) {
	shelve(t, 5, func(t *testing.T, d *drawer) {
		release := d.listers[0].Pin()
		d.busy[d.listers[1]] = true
		d.open(t, 0, 1, 2, 3)
		d.wantShown(t, 0, 1)
		release()
		release() // which does nothing
		delete(d.busy, d.listers[1])
		d.open(t, 4)
		d.wantShown(t, 0, 4)
	})
}

// A view stays for a moment after its last use, also beyond the bound.
func TestViewsThatWereJustUsed(t *testing.T) {
	shelve(t, 4, func(t *testing.T, d *drawer) {
		for _, l := range d.listers {
			if err := l.Open(t.Context()); err != nil {
				t.Error(err)
			}
		}
		synctest.Wait()
		d.wantShown(t, 0, 1, 2, 3)
		time.Sleep(3 * settle)
		synctest.Wait()
		if d.views.Bytes() > d.views.max {
			t.Errorf("%d bytes stay, want %d at most", d.views.Bytes(), d.views.max)
		}
	})
}

// What is listed again because it was dropped is no news: a failure stays known. It
// does not keep what the library has from those who look for a name.
func TestDroppedAfterAFailure(t *testing.T) {
	shelve(t, 3, func(t *testing.T, d *drawer) {
		away := errors.New("away")
		d.open(t, 0)
		d.fail = away
		d.listers[0].Refresh()
		synctest.Wait()
		d.fail = nil
		d.open(t, 1, 2)
		d.wantShown(t, 1, 2)
		if err := d.listers[0].Peek(t.Context(), time.Second); err != nil {
			t.Errorf("a look at a view that was dropped: %v", err)
		}
		if v, err := d.listers[0].Current(); v == nil || !errors.Is(err, away) {
			t.Errorf("%v, %v; want the listing and the failure", v, err)
		}
	})
}

// Listings that look the same have one print, whatever their ids; one without folders
// looks like none.
func TestLooksLike(t *testing.T) {
	page := func(id, folder, track string) *View {
		l := catalog.Listing{Tracks: []catalog.Track{{ID: id + track, Title: track}}}
		if folder != "" {
			l.Folders = []catalog.Folder{{ID: id + folder, Title: folder}}
		}
		return newView(l)
	}
	for name, tt := range map[string]struct {
		a, b *View
		want bool
	}{
		"same":            {page("a", "x", "t"), page("b", "x", "t"), true},
		"dropped":         {page("a", "x", "t").hollow(), page("b", "x", "t").hollow(), true},
		"other track":     {page("a", "x", "t"), page("a", "x", "u"), false},
		"other folder":    {page("a", "x", "t"), page("a", "y", "t"), false},
		"without folders": {page("a", "", "t"), page("a", "", "t"), false},
		"none":            {page("a", "x", "t"), nil, false},
	} {
		if got := tt.a.LooksLike(tt.b); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
