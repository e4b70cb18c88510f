package catalogtest

import (
	"context"
	"fmt"
	"slices"

	"github.com/tunesfs/tunesfs/catalog"
)

// checkStable compares what two searches find, and what two looks into the
// folders bring.
func checkStable(ctx context.Context, s Service) error {
	first, err := walk(ctx, s.Source, s.Query)
	if err != nil {
		return err
	}
	second, err := walk(ctx, s.Source, s.Query)
	if err != nil {
		return err
	}
	for i := range min(len(first), len(second)) {
		if a, b := entries(first[i]), entries(second[i]); !slices.Equal(a, b) {
			return fmt.Errorf("found %q, then %q", a, b)
		}
	}
	return nil
}

// maxWalk is how many folders of a search the suite looks into.
const maxWalk = 10

// walk returns what a query finds, and what the first of its folders hold.
func walk(ctx context.Context, src catalog.Source, query string) ([]catalog.Listing, error) {
	found, err := src.Search(ctx, query)
	listings := []catalog.Listing{found}
	for _, f := range found.Folders[:min(len(found.Folders), maxWalk)] {
		if err != nil {
			break
		}
		var l catalog.Listing
		l, err = src.List(ctx, f.ID)
		listings = append(listings, l)
	}
	return listings, err
}

// checkIdentity looks for an identifier that stands for two tracks: downloads
// are known by them.
func checkIdentity(ctx context.Context, s Service) error {
	listings, err := walk(ctx, s.Source, s.Query)
	known := map[string]catalog.Track{}
	for _, l := range listings {
		for _, t := range l.Tracks {
			if is, ok := known[t.ID]; ok && (is.Title != t.Title || is.URL != t.URL || is.File != t.File || is.Size != t.Size) {
				return fmt.Errorf("track %q is %q and %q", t.ID, is.Title, t.Title)
			}
			known[t.ID] = t
		}
	}
	return err
}
