package catalogtest

import (
	"context"
	"fmt"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
)

// identifiers returns those of the tracks that the query leads to, of which
// there must be some.
func identifiers(ctx context.Context, s Service) ([]string, error) {
	l, err := reached(ctx, s.Source, s.Query)
	var ids []string
	for _, t := range l.Tracks {
		ids = append(ids, t.ID)
	}
	return ids, err
}

// maxDepth is how far below a search its tracks may be.
const maxDepth = 4

// reached returns what the query finds or, where that is only folders, what is
// in the first of them, down to where there are tracks.
func reached(ctx context.Context, src catalog.Source, query string) (catalog.Listing, error) {
	l, err := src.Search(ctx, query)
	for range maxDepth {
		if err != nil || len(l.Tracks) > 0 || len(l.Folders) == 0 {
			break
		}
		l, err = src.List(ctx, l.Folders[0].ID)
	}
	if err == nil && len(l.Tracks) == 0 {
		err = fmt.Errorf("%q finds no tracks", query)
	}
	return l, err
}

// checkNothing makes a search that finds nothing.
func checkNothing(ctx context.Context, s Service) error {
	l, err := s.Source.Search(ctx, s.Nothing)
	if err == nil && len(l.Tracks)+len(l.Folders) > 0 {
		err = fmt.Errorf("%q finds %d tracks", s.Nothing, len(l.Tracks))
	}
	return err
}

// checkOddQueries makes searches with what would harm a query string, a shell
// or a database. They may fail or find something, but not both.
func checkOddQueries(ctx context.Context, s Service) error {
	for _, query := range []string{
		"", " ", ".", "/", "∕", "&limit=1", "#", "%00", "%", "+", "\x00", "\xff", "a\r\nHost: x",
		"' OR 1=1 --", "${IFS}`id`", "日本", strings.Repeat("x", 4000),
	} {
		l, err := s.Source.Search(ctx, query)
		if err != nil {
			if len(l.Tracks)+len(l.Folders) > 0 {
				return fmt.Errorf("query %.20q: a listing together with the error %w", query, err)
			}
			if err := soundError(err); err != nil {
				return fmt.Errorf("query %.20q: %w", query, err)
			}
			continue
		}
		if err := soundListing(l); err != nil {
			return fmt.Errorf("query %.20q: %w", query, err)
		}
	}
	return nil
}
