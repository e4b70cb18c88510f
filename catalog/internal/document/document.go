// Package document makes a Source of one document at one address, such as a feed
// or a playlist. The document's entries are the catalog's top, and a search
// filters them by words. Locate reads the document again.
//
// It owns the identifiers of entries, and hides addresses that may hold a secret.
// It must never know a format: the caller reads the document.
//
// Open document.go first. row.go makes identifiers; web.go gets a document from a
// web server.
package document

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/memo"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
	"github.com/tunesfs/tunesfs/catalog/internal/words"
)

// recent is how long a document that was read to locate one entry serves to
// locate others: all at once may want another address than they had.
const recent = 10 * time.Second

// A Content is what a document holds.
type Content struct {
	Rows    []Row
	Skipped skip.Count // the entries that are no rows; not nil

	bounds catalog.Bounds // of the addresses of Rows
}

// Add adds a row. It fails with catalog.ErrTooManyRows or catalog.ErrTooMuchText if
// there are too many, or if their addresses are too long in all: an entry of one
// byte may stand for a long one.
func (c *Content) Add(r Row) error {
	err := c.bounds.Track(catalog.Track{URL: r.URL, Artwork: r.Artwork, Store: r.Store})
	if err == nil {
		c.Rows = append(c.Rows, r)
	}
	return err
}

// Options are what a Source is made of.
type Options struct {
	Kind string // names the kind of document, in errors and in the log
	Name string // names the document in the log; without secrets

	// Read returns the document as it is now.
	Read func(context.Context) (Content, error)

	// Private says that only who knows a secret can read the document, so that
	// the addresses in it may hold secrets too.
	Private bool

	Logger *slog.Logger // receives the counts of entries left out; not nil
}

// A Source is the catalog of one document.
type Source struct {
	opt  Options
	urls *memo.Value[map[string]string] // where everything is, by ID
}

var _ catalog.Source = (*Source)(nil)

// New returns the catalog of a document. It reads nothing yet.
func New(opt Options) *Source {
	return &Source{opt: opt, urls: memo.New[map[string]string](recent)}
}

// List returns all entries as the top, in the document's order. There are no
// other folders.
func (s *Source) List(ctx context.Context, folder string) (catalog.Listing, error) {
	if folder != "" {
		return catalog.Listing{}, fmt.Errorf("%s: folder %.80q: %w", s.opt.Kind, folder, catalog.ErrNotFound)
	}
	return s.listing(ctx, func(catalog.Track) bool { return true })
}

// Search returns the audio in whose name, artist, album or genre are all words
// of a query. It fails with ErrBadQuery if there are no words in it.
func (s *Source) Search(ctx context.Context, query string) (catalog.Listing, error) {
	wanted := words.Parse(query)
	if len(wanted) == 0 {
		return catalog.Listing{}, fmt.Errorf("%s: %w: no words to search for", s.opt.Kind, catalog.ErrBadQuery)
	}
	return s.listing(ctx, func(t catalog.Track) bool {
		return t.File == "" && wanted.In(catalog.FileName(t, false),
			catalog.SanitizeText(t.Artist), catalog.SanitizeText(t.Album), catalog.SanitizeText(t.Genre))
	})
}

// Locate reads the document again, unless that was just done, and returns where
// it says that an entry is.
func (s *Source) Locate(ctx context.Context, id string) (catalog.Location, error) {
	urls, err := s.urls.Get(ctx, s.addresses)
	if err != nil {
		return catalog.Location{}, err
	}
	address, ok := urls[id]
	if !ok {
		return catalog.Location{}, fmt.Errorf("%s: entry %.80q: %w", s.opt.Kind, id, catalog.ErrNotFound)
	}
	return catalog.Location{URL: address}, nil
}

// addresses reads where everything is.
func (s *Source) addresses(ctx context.Context) (map[string]string, error) {
	tracks, _, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	urls := make(map[string]string, len(tracks))
	for _, t := range tracks {
		urls[t.ID] = t.URL
	}
	return urls, nil
}

// listing returns the entries that are wanted.
func (s *Source) listing(ctx context.Context, wanted func(catalog.Track) bool) (catalog.Listing, error) {
	all, skipped, err := s.read(ctx)
	if err != nil {
		return catalog.Listing{}, err
	}
	skipped.Log(ctx, s.opt.Logger, s.opt.Name)
	tracks := make([]catalog.Track, 0, len(all))
	for _, t := range all {
		if err := ctx.Err(); err != nil {
			return catalog.Listing{}, err
		}
		if wanted(t) {
			tracks = append(tracks, s.listed(t))
		}
	}
	return catalog.Listing{Tracks: tracks}, nil
}

// listed returns an entry as it may be kept and shown.
func (s *Source) listed(t catalog.Track) catalog.Track {
	for _, address := range []*string{&t.URL, &t.Artwork, &t.Store} {
		if s.opt.Private && mayBeSecret(*address) {
			*address = ""
		}
	}
	return t
}

func mayBeSecret(address string) bool {
	u, err := url.Parse(address)
	return err != nil || u.RawQuery != "" || u.Fragment != "" || u.User != nil
}

func (s *Source) read(ctx context.Context) ([]catalog.Track, skip.Count, error) {
	content, err := s.opt.Read(ctx)
	if lost := content.Skipped.Sum(); err == nil && len(content.Rows) == 0 && lost > 0 {
		err = fmt.Errorf("%w: none of its %d entries can be used (%s)", catalog.ErrBadResponse, lost, content.Skipped)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", s.opt.Kind, err)
	}
	return identified(content, s.opt.Private), content.Skipped, nil
}
