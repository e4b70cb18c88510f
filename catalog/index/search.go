package index

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
	"github.com/tunesfs/tunesfs/catalog/internal/words"
)

// What a search asks of a server, which has no search of its own: it walks the
// folders, those nearest to the base first.
const (
	searchFolders = 300 // are looked into
	searchDepth   = 8   // folders within each other
	searchAtOnce  = 4   // requests
)

// Search returns the folders and the audio whose path below the base has all
// words of a query. It looks no further into folders that it found, nor into
// more than 300 others or more than eight levels; the log tells if there were
// more. It fails with ErrBadQuery if there are no words in the query.
func (s *Source) Search(ctx context.Context, query string) (catalog.Listing, error) {
	wanted := words.Parse(query)
	if len(wanted) == 0 {
		return catalog.Listing{}, fmt.Errorf("index: %w: no words to search for", catalog.ErrBadQuery)
	}
	w := walk{source: s, wanted: wanted, skipped: skip.Count{}}
	level, left := []string{""}, searchFolders
	for range searchDepth {
		n := min(len(level), left)
		left -= n
		w.unseen = len(level) - n
		pages, err := w.pages(ctx, level[:n])
		if err != nil {
			return catalog.Listing{}, fmt.Errorf("index: %w", err)
		}
		if level = w.take(pages); len(level) == 0 {
			break
		}
	}
	if w.unseen += len(level); w.unseen > 0 {
		s.log.Warn("a search did not look into all folders", "query", query, "folders", searchFolders-left)
	}
	w.skipped.Log(ctx, s.log, query)
	return w.found, nil
}

// A walk is a search under way.
type walk struct {
	source  *Source
	wanted  words.Query
	found   catalog.Listing
	skipped skip.Count
	unseen  int // folders that were found, and not looked into
}

// pages asks for some folders at a time. One below the base that cannot be listed
// is left out.
func (w *walk) pages(ctx context.Context, folders []string) ([]catalog.Listing, error) {
	pages := make([]catalog.Listing, len(folders))
	failed := make([]bool, len(folders))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(searchAtOnce)
	for i, folder := range folders {
		group.Go(func() (err error) {
			pages[i], _, err = w.source.page(ctx, folder)
			if folder != "" && ctx.Err() == nil && !errors.Is(err, catalog.ErrRateLimited) {
				failed[i], err = err != nil, nil
			}
			return err
		})
	}
	err := group.Wait()
	for _, one := range failed {
		if one {
			w.skipped[skip.Failed]++
		}
	}
	return pages, err
}

// take takes what is wanted of some pages and returns the folders to look into
// next.
func (w *walk) take(pages []catalog.Listing) (next []string) {
	for _, page := range pages {
		for _, f := range page.Folders {
			if w.wanted.In(names(f.ID)) {
				w.found.Folders = append(w.found.Folders, f)
			} else {
				next = append(next, f.ID)
			}
		}
		for _, t := range page.Tracks {
			if t.File == "" && w.wanted.In(names(t.ID)) {
				w.found.Tracks = append(w.found.Tracks, t)
			}
		}
	}
	return next
}
