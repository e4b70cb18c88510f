package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
	"github.com/tunesfs/tunesfs/catalog/internal/words"
	"github.com/tunesfs/tunesfs/internal/panics"
)

// What a search asks of a server, which has no search of its own: it walks the
// folders, those nearest to the base first.
const (
	searchFolders = 300    // are looked into
	searchDepth   = 8      // folders within each other
	searchFound   = 10_000 // are enough
	searchAtOnce  = 4      // requests
)

// Search returns the folders and the audio whose path below the base has all
// words of a query. It looks no further into folders that it found, nor into
// more than 300 others or more than eight levels, nor for more than 10,000; the
// log tells if there were more. It fails with ErrBadQuery if there are no words
// in the query.
func (s *Source) Search(ctx context.Context, query string) (catalog.Listing, error) {
	w := walk{source: s, wanted: words.Parse(query), skipped: skip.Count{}}
	if len(w.wanted) == 0 {
		return catalog.Listing{}, fmt.Errorf("index: %w: no words to search for", catalog.ErrBadQuery)
	}
	if err := w.run(ctx); err != nil {
		return catalog.Listing{}, fmt.Errorf("index: %w", err)
	}
	if w.failure != nil && len(w.found.Tracks)+len(w.found.Folders) == 0 {
		return catalog.Listing{}, fmt.Errorf("index: nothing found, and not all folders could be listed: %w", w.failure)
	}
	if w.unseen > 0 {
		s.log.Warn("a search did not look into all folders", "query", query, "folders", w.seen)
	}
	w.skipped.Log(ctx, s.log, query)
	return w.found, nil
}

// A walk is a search under way.
type walk struct {
	source  *Source
	wanted  words.Query
	found   catalog.Listing
	bounds  catalog.Bounds // of found
	skipped skip.Count
	seen    int   // folders that were looked into
	unseen  int   // folders that were met, and not looked into
	failure error // why a folder could not be listed that is there, as far as the server says
}

// run looks into folders, level by level, as far as a search may.
func (w *walk) run(ctx context.Context) error {
	level := []string{""}
	for range searchDepth {
		var next []string
		for some := range slices.Chunk(level, searchAtOnce) {
			n := min(len(some), searchFolders-w.seen)
			if len(w.found.Tracks)+len(w.found.Folders) >= searchFound {
				n = 0
			}
			w.seen += n
			w.unseen += len(some) - n
			pages, err := w.pages(ctx, some[:n])
			if err != nil {
				return err
			}
			for _, page := range pages {
				if next, err = w.take(page, next); err != nil {
					return err
				}
			}
		}
		level = next
	}
	w.unseen += len(level)
	return nil
}

// pages asks for some folders at once. One below the base that cannot be listed
// is left out.
func (w *walk) pages(ctx context.Context, folders []string) ([]catalog.Listing, error) {
	pages := make([]catalog.Listing, len(folders))
	failed := make([]error, len(folders))
	skipped := make([]skip.Count, len(folders))
	group, ctx := errgroup.WithContext(ctx)
	for i, folder := range folders {
		group.Go(func() (err error) {
			pages[i], skipped[i], err = w.page(ctx, folder)
			if folder != "" && ctx.Err() == nil && !errors.Is(err, catalog.ErrRateLimited) {
				failed[i], err = err, nil
			}
			return err
		})
	}
	err := group.Wait()
	for _, one := range failed {
		if one != nil {
			w.skipped[skip.Failed]++
			if !errors.Is(one, catalog.ErrNotFound) && !errors.Is(one, catalog.ErrDenied) {
				w.failure = cmp.Or(w.failure, one)
			}
		}
	}
	for _, page := range skipped {
		for why, n := range page {
			w.skipped[why] += n
		}
	}
	return pages, err
}

// page asks for what a folder holds, in a goroutine that nothing else guards from a
// panic.
func (w *walk) page(ctx context.Context, folder string) (l catalog.Listing, skipped skip.Count, err error) {
	defer panics.Recover(w.source.log, "a folder of a web server", catalog.ErrBadResponse, &err)
	return w.source.page(ctx, folder)
}

// take takes what is wanted of a page. It returns next and, as far as they can
// be looked into, the page's other folders. It fails if what was found is too much.
func (w *walk) take(page catalog.Listing, next []string) ([]string, error) {
	for _, f := range page.Folders {
		switch {
		case w.wanted.In(names(f.ID)):
			if err := w.bounds.Folder(f); err != nil {
				return nil, err
			}
			w.found.Folders = append(w.found.Folders, f)
		case len(next) < searchFolders:
			next = append(next, f.ID)
		default:
			w.unseen++
		}
	}
	for _, t := range page.Tracks {
		if t.File == "" && w.wanted.In(names(t.ID)) {
			if err := w.bounds.Track(t); err != nil {
				return nil, err
			}
			w.found.Tracks = append(w.found.Tracks, t)
		}
	}
	return next, nil
}
