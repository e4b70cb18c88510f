package cached

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// titles are families of titles that compete for the same names, by row.
var titles = map[string]func(i int) catalog.Track{
	"equal":          func(int) catalog.Track { return catalog.Track{Title: "x", Ext: ".mp3"} },
	"cut":            func(i int) catalog.Track { return catalog.Track{Title: strings.Repeat("x", 300) + fmt.Sprint(i)} },
	"cut by numbers": func(i int) catalog.Track { return catalog.Track{Title: strings.Repeat("x", 239) + code(i/2)} },
	"cut by more digits": func(i int) catalog.Track {
		return catalog.Track{Title: strings.Repeat("x", 236) + code(i/3), Ext: ".flac"}
	},
	"cut within runes": func(i int) catalog.Track { return catalog.Track{Title: strings.Repeat("é", 119) + code(i/2)} },
	"cut at spaces": func(i int) catalog.Track {
		return catalog.Track{Title: strings.Repeat("x", 200) + strings.Repeat("\u00a0", i%40) + code(i/2)}
	},
	"numbered already": func(i int) catalog.Track {
		return catalog.Track{Title: strings.Repeat("x", i%2*239) + fmt.Sprintf(" (%d)", i/2)}
	},
	"all but one taken": func(i int) catalog.Track {
		if i%2 == 0 {
			return catalog.Track{Title: "x"}
		}
		return catalog.Track{Title: fmt.Sprintf("x (%d)", i)}
	},
	"numbers in extensions": func(i int) catalog.Track {
		return catalog.Track{File: fmt.Sprintf("x (%d). (%d)", i%300, i%77)}
	},
	"numbered tracks": func(i int) catalog.Track {
		return catalog.Track{Title: strings.Repeat("x", 234) + code(i/2), Number: i % 90}
	},
	"by day": func(i int) catalog.Track {
		return catalog.Track{Title: strings.Repeat("x", 226) + code(i/2), Dated: true}
	},
	"reserved": func(i int) catalog.Track {
		return catalog.Track{Title: strings.Repeat("x", 237) + code(i/2) + ".pause"}
	},
}

// code returns seven characters for a number.
func code(i int) string { return fmt.Sprintf("%07d", i) }

// Titles that are equal, or become equal once they are cut, get names of their own
// by a bounded number of attempts each. Each attempt makes a string, and so what is
// allocated tells how many there were.
func TestAssignNamesIsLinear(t *testing.T) {
	const n, each = 10_000, 30
	for name, title := range titles {
		l := catalog.Listing{Tracks: make([]catalog.Track, n), Folders: make([]catalog.Folder, n)}
		for i := range n {
			l.Tracks[i] = title(i)
			l.Tracks[i].ID = fmt.Sprint(i)
			l.Folders[i] = catalog.Folder{ID: fmt.Sprint(i), Title: l.Tracks[i].Title}
		}
		l = sanitized(l)
		made := testing.AllocsPerRun(1, func() { assigned(l, true, catalog.Listing{}, nil) })
		if made > 2*n*each {
			t.Errorf("%s: %.0f allocations for each name, want %d at most", name, made/n/2, each)
		}
		wantNames(t, name, l)
	}
}

// wantNames fails the test if a name is too long or is there twice.
func wantNames(t *testing.T, what string, l catalog.Listing) {
	t.Helper()
	seen := map[string]bool{}
	for _, b := range bindingsOf(l) {
		if len(b.Name) > catalog.MaxTrackName || seen[b.Name] || catalog.Reserved(b.Name) {
			t.Fatalf("%s: %q is too long, or reserved, or there twice", what, b.Name)
		}
		seen[b.Name] = true
	}
}

// A counted context ends after it was asked a number of times.
type counted struct {
	context.Context
	left int
}

func (c *counted) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// What is done to each row of a listing ends soon after its context does, and
// keeps nothing.
func TestNamingIsInterrupted(t *testing.T) {
	const n = 4000
	l := catalog.Listing{Tracks: make([]catalog.Track, n), Folders: make([]catalog.Folder, n)}
	for i := range n {
		l.Tracks[i].ID, l.Folders[i].ID = fmt.Sprint(i), fmt.Sprint(i)
	}
	c := (&service{}).cached(t, Options{})
	looks := 0
	for ; ; looks++ {
		var e *entry
		ctx := &counted{t.Context(), looks}
		kept, err := sanitize(ctx, l)
		if err == nil {
			e, err = c.keep(ctx, key{arg: "x"}, pagedListing{Listing: kept})
		}
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) || e != nil || c.memory.get(key{arg: "x"}) != nil {
			t.Fatalf("after %d looks: %v, %v", looks, e, err)
		}
	}
	if want := n / 100; looks < want {
		t.Errorf("the context was looked at %d times for %d rows, want %d at least", looks, n, want)
	}
}
