// Package archive is the catalog of the Internet Archive: a search finds
// items, which are folders, and an item holds the audio that was uploaded to it.
//
// It owns the service's addresses, query syntax and formats. It must never know a
// cache, a mount or another service.
//
// Open archive.go first, the methods of the Source. scrape.go and query.go serve
// searches; item.go, file.go, tracks.go and cover.go serve an item; site.go has
// the addresses and identifiers.
//
// The service: https://archive.org/developers/
package archive

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

// A Source is the Internet Archive, or a server that answers like it.
type Source struct {
	site   site
	client *web.Client
	format string
	limit  int
	log    *slog.Logger
}

var _ catalog.Pager = (*Source)(nil)

// maxBody is the longest response that is taken, in bytes: some items have tens of
// thousands of files.
const maxBody = 32 << 20

// New returns the catalog that opt describes, or an error that says which
// option is wrong. It makes no call.
func New(opt Options) (*Source, error) {
	opt = opt.withDefaults()
	if err := opt.check(); err != nil {
		return nil, err
	}
	base, err := web.ParseBase(opt.Base)
	if err != nil {
		return nil, fmt.Errorf("archive: catalog address: %w", err)
	}
	return &Source{
		site:   site{base},
		client: web.New(web.Options{Env: opt.Env, MaxBody: maxBody, Messages: true, Parallel: Calls}),
		format: opt.Format,
		limit:  opt.Limit,
		log:    opt.Log(),
	}, nil
}

// Search returns the items that a query finds, those first that are downloaded
// most. The query may be of the service's own syntax; unless it says which
// mediatype it wants, it finds audio.
func (s *Source) Search(ctx context.Context, query string) (catalog.Listing, error) {
	q := luceneQuery(query)
	if q == "" {
		return catalog.Listing{}, fmt.Errorf("archive: %w: no words to search for", catalog.ErrBadQuery)
	}
	return s.named(s.scrape(ctx, position{query: q}))
}

// List returns what an item holds: its audio, or the items of a collection. The
// catalog's top is empty.
func (s *Source) List(ctx context.Context, folder string) (catalog.Listing, error) {
	if folder == "" {
		return catalog.Listing{}, nil
	}
	if !isIdentifier(folder) {
		return catalog.Listing{}, fmt.Errorf("archive: item %.80q: %w", folder, catalog.ErrNotFound)
	}
	listing, err := s.item(ctx, folder)
	if err != nil {
		return catalog.Listing{}, fmt.Errorf("archive: item %.80q: %w", folder, err)
	}
	return listing, nil
}

// More returns the next page of a search or of a collection.
func (s *Source) More(ctx context.Context, next string) (catalog.Listing, error) {
	p, ok := parsePosition(next)
	if !ok {
		return catalog.Listing{}, fmt.Errorf("archive: page: %w", catalog.ErrNotFound)
	}
	return s.named(s.scrape(ctx, p))
}

// Locate returns the address of a file, which leads to whichever of the
// service's nodes has it now.
func (s *Source) Locate(_ context.Context, id string) (catalog.Location, error) {
	item, name, ok := parseID(id)
	if !ok {
		return catalog.Location{}, fmt.Errorf("archive: file %.80q: %w", id, catalog.ErrNotFound)
	}
	return catalog.Location{URL: s.site.download(item, name)}, nil
}

// named says in an error whose it is.
func (s *Source) named(l catalog.Listing, err error) (catalog.Listing, error) {
	if err != nil {
		return catalog.Listing{}, fmt.Errorf("archive: %w", err)
	}
	return l, nil
}

// call asks for an address of the service.
func (s *Source) call(ctx context.Context, address *url.URL) (*web.Response, error) {
	resp, err := s.client.Get(ctx, address.String(), "application/json")
	if err != nil {
		return nil, explained(err)
	}
	return resp, resp.CheckJSON()
}
