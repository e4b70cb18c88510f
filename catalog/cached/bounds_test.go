package cached

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// many returns tracks with all texts of a length.
func many(n, text int) []catalog.Track {
	tracks := make([]catalog.Track, n)
	for i := range tracks {
		tracks[i] = catalog.Track{ID: fmt.Sprint(i), Title: strings.Repeat("x", text), URL: "http://host/" + strings.Repeat("x", text)}
	}
	return tracks
}

// A listing beyond its bounds fails in words, whatever the catalog, and what was
// there before stays.
func TestListingsAreBounded(t *testing.T) {
	for name, tt := range map[string]struct {
		tracks []catalog.Track
		want   error
		words  string
	}{
		"most rows":     {many(catalog.MaxRows-1, 1), nil, ""},
		"too many rows": {many(catalog.MaxRows+1, 1), catalog.ErrTooManyRows, "more than 200,000 entries in one folder"},
		"too much text": {many(10_000, 8000), catalog.ErrTooMuchText, "more than 64 MiB of text in one folder"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &service{tracks: songs("1")}
			c := s.cached(t, Options{})
			c.List(t.Context(), "x")
			s.set(func(s *service) { s.tracks = tt.tracks })
			l, err := c.RefreshFolder(t.Context(), "x")
			if !errors.Is(err, tt.want) || err != nil && !strings.Contains(err.Error(), tt.words) {
				t.Errorf("%d tracks, %v; want %v", len(l.Tracks), err, tt.want)
			}
			if l, err := c.List(t.Context(), "x"); tt.want != nil && (len(l.Tracks) != 1 || err != nil) {
				t.Errorf("then %d tracks, %v; want the old one", len(l.Tracks), err)
			}
		})
	}
}

// An identifier that no service has costs its row.
func TestLongIdentifiers(t *testing.T) {
	long := strings.Repeat("x", catalog.MaxID+1)
	l := sanitized(catalog.Listing{
		Tracks:  []catalog.Track{{ID: long}, {ID: long[1:]}},
		Folders: []catalog.Folder{{ID: long}, {ID: long[1:]}},
	})
	if count(l) != 2 || l.Tracks[0].ID != long[1:] || l.Folders[0].ID != long[1:] {
		t.Errorf("%d rows are left, want 2", count(l))
	}
	if _, err := sanitize(t.Context(), catalog.Listing{Next: long}); !errors.Is(err, catalog.ErrBadResponse) {
		t.Errorf("a long name of the next page: %v, want ErrBadResponse", err)
	}
}

// The names of what is gone are bounded by their length, too.
func TestGoneTextIsBounded(t *testing.T) {
	old := catalog.Listing{Tracks: make([]catalog.Track, 1000)}
	for i := range old.Tracks {
		old.Tracks[i].ID = fmt.Sprintf("%d%s", i, strings.Repeat("x", catalog.MaxID-10))
	}
	gone := assigned(catalog.Listing{}, false, old, nil)
	text := 0
	for _, b := range gone {
		text += len(b.ID) + len(b.Name)
	}
	if len(gone) == 0 || text > maxGoneText || gone[len(gone)-1].ID != old.Tracks[999].ID {
		t.Errorf("%d bytes of %d bindings, want %d bytes at most", text, len(gone), maxGoneText)
	}
}

// Pages of one row each end, and do not cost the square of their number on disk.
func TestPagesAreBounded(t *testing.T) {
	p := &pages{}
	for i := range 2 * maxPages {
		p.all = append(p.all, fmt.Sprint(i))
	}
	c := p.paged(t, Options{Dir: t.TempDir()})
	written := 0
	c.disk.files.Hook = countWrites(&written)
	var l catalog.Listing
	var err error
	for range 2 * maxPages {
		if l, err = c.SearchMore(t.Context(), "x"); err != nil {
			break
		}
	}
	if !errors.Is(err, errTooManyPages) || !errors.Is(err, catalog.ErrBadResponse) {
		t.Errorf("%d rows, %v; want errTooManyPages", len(l.Tracks), err)
	}
	if l, err := c.Search(t.Context(), "x"); len(l.Tracks) != maxPages+1 || err != nil {
		t.Errorf("%d rows are left, %v; want %d", len(l.Tracks), err, maxPages+1)
	}
	if l, err := c.Refresh(context.Background(), "x"); len(l.Tracks) != maxPages+1 || err != nil {
		t.Errorf("%d rows after a refresh, %v; want %d", len(l.Tracks), err, maxPages+1)
	}
	if written > maxPages/10 {
		t.Errorf("%d listings written for %d pages", written, maxPages)
	}
}

// Memory is bounded by bytes: a few listings of long texts take as much as many of
// short ones.
func TestMemoryCountsText(t *testing.T) {
	s := &service{tracks: many(100, 1000)}
	c := s.cached(t, Options{MaxMemory: 1 << 20})
	for i := range 100 {
		c.Search(t.Context(), fmt.Sprint(i))
	}
	if n := c.memory.cache.ItemCount(); n > 4 {
		t.Errorf("%d listings of 250 KB in 1 MiB", n)
	}
}
