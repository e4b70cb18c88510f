package catalogtest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tunesfs/tunesfs/catalog"
)

// maxPages is more pages than the listing of a test should have.
const maxPages = 100

// checkPages reads the query's listing to its end, page by page. Only a Pager
// has any, and what it was never asked for it has not.
func checkPages(ctx context.Context, s Service) error {
	pager, ok := s.Source.(catalog.Pager)
	first, err := s.Source.Search(ctx, s.Query)
	switch {
	case err != nil:
		return err
	case !ok && first.Next != "":
		return fmt.Errorf("a page follows, %q, but nobody can ask for it", first.Next)
	case !ok:
		return nil
	}
	for _, next := range []string{"", "no-such-page", "\x00", "../../etc/passwd"} {
		if _, err := pager.More(ctx, next); !errors.Is(err, catalog.ErrNotFound) {
			return wrongError(fmt.Sprintf("page %q", next), err, catalog.ErrNotFound)
		}
	}
	return readPages(ctx, pager, first)
}

func readPages(ctx context.Context, pager catalog.Pager, l catalog.Listing) error {
	seen := map[string]bool{}
	for page := 1; ; page++ {
		if err := errors.Join(soundListing(l), onlyNew(seen, entries(l))); err != nil {
			return fmt.Errorf("page %d: %w", page, err)
		}
		if l.Next == "" {
			return nil
		}
		if page == maxPages {
			return fmt.Errorf("no end after %d pages", page)
		}
		next, err := pager.More(ctx, l.Next)
		if err != nil {
			return fmt.Errorf("page %d: %w", page+1, err)
		}
		again, err := pager.More(ctx, l.Next)
		if err != nil || !slices.Equal(entries(next), entries(again)) {
			return fmt.Errorf("page %d is another when asked for again: %w", page+1, err)
		}
		l = next
	}
}

// entries returns the identifiers of a listing.
func entries(l catalog.Listing) []string {
	var ids []string
	for _, f := range l.Folders {
		ids = append(ids, "folder "+f.ID)
	}
	for _, t := range l.Tracks {
		ids = append(ids, "track "+t.ID)
	}
	return ids
}

func onlyNew(seen map[string]bool, ids []string) error {
	for _, id := range ids {
		if seen[id] {
			return fmt.Errorf("%s was on an earlier page", id)
		}
		seen[id] = true
	}
	return nil
}
