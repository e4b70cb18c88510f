package catalogtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tunesfs/tunesfs/catalog"
)

// soon is how long a call may take that must not wait for the service. It is
// generous, for a machine that is busy; a call that hangs hangs for good.
const soon = 10 * time.Second

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

// checkLocate locates all that the query finds.
func checkLocate(ctx context.Context, s Service) error {
	ids, err := identifiers(ctx, s)
	for _, id := range ids {
		l, locateErr := s.Source.Locate(ctx, id)
		if locateErr == nil {
			locateErr = catalog.CheckURL(l.URL)
		}
		if locateErr != nil {
			err = errors.Join(err, fmt.Errorf("track %q: %w", id, locateErr))
		}
	}
	return err
}

// checkUnknown asks for what no service has.
func checkUnknown(ctx context.Context, s Service) error {
	for _, id := range []string{"no-such-thing-987654321", "../../etc/passwd", "\x00", "\xff", strings.Repeat("x", 4000)} {
		if _, err := s.Source.Locate(ctx, id); !errors.Is(err, catalog.ErrNotFound) {
			return wrongError(fmt.Sprintf("track %.40q", id), err, catalog.ErrNotFound)
		}
		if _, err := s.Source.List(ctx, id); !errors.Is(err, catalog.ErrNotFound) {
			return wrongError(fmt.Sprintf("folder %.40q", id), err, catalog.ErrNotFound)
		}
	}
	if _, err := s.Source.Locate(ctx, ""); !errors.Is(err, catalog.ErrNotFound) {
		return wrongError("track without ID", err, catalog.ErrNotFound)
	}
	return nil
}

// wrongError says that an error, or none, is not the one that was wanted.
func wrongError(what string, got, want error) error {
	return fmt.Errorf("%s: got the error %q, want: %w", what, fmt.Sprint(got), want)
}

// within fails if call does not return soon.
func within(call func() error) error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-time.After(soon):
		return fmt.Errorf("no return within %v", soon)
	}
}

// checkConcurrent makes many calls at once, which must not disturb each other.
func checkConcurrent(ctx context.Context, s Service) error {
	want, err := identifiers(ctx, s)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for i := range 20 {
		group.Go(func() error {
			got, err := identifiers(ctx, s)
			if err == nil && !slices.Equal(got, want) {
				err = fmt.Errorf("found %q alone, %q among others", want, got)
			}
			return err
		})
		group.Go(func() error { _, err := s.Source.List(ctx, ""); return err })
		group.Go(func() error { _, err := s.Source.Locate(ctx, want[i%len(want)]); return err })
	}
	return group.Wait()
}
