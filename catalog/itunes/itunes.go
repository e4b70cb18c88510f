// Package itunes is the catalogue of the iTunes Search API: songs found by
// words, each with a preview to listen to.
//
// The service: https://performance-partners.apple.com/search-api
package itunes

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

// A Source searches one iTunes service.
type Source struct {
	base    *url.URL
	params  url.Values // what every call sends
	search  url.Values // what every search sends besides
	client  *web.Client
	license string
	log     *slog.Logger
}

var _ catalog.Source = (*Source)(nil)

// New returns the catalogue that opt describes, or an error that says which
// option is wrong. It makes no call.
func New(opt Options) (*Source, error) {
	opt = opt.withDefaults()
	if err := opt.check(); err != nil {
		return nil, err
	}
	base, err := parseBase(opt.Base)
	if err != nil {
		return nil, err
	}
	return &Source{
		base:    base,
		params:  opt.params(),
		search:  opt.searchParams(),
		client:  opt.client(base.Hostname()),
		license: opt.License,
		log:     opt.Logger,
	}, nil
}

// Search returns the songs that a query finds, in the service's order. It fails
// with ErrBadQuery if the query has no words or the service refuses it.
func (s *Source) Search(ctx context.Context, query string) (catalog.Listing, error) {
	term := catalog.CleanText(query)
	if term == "" {
		return catalog.Listing{}, fmt.Errorf("itunes: %w: no words to search for", catalog.ErrBadQuery)
	}
	params := merge(s.params, s.search)
	params.Set("term", term)
	rows, err := s.call(ctx, "search", params)
	if err != nil {
		return catalog.Listing{}, err
	}
	tracks, skipped := toTracks(rows, s.license)
	skipped.log(ctx, s.log, term)
	return catalog.Listing{Tracks: tracks}, nil
}

// List returns an empty top: the service has no folders.
func (s *Source) List(_ context.Context, folder string) (catalog.Listing, error) {
	if folder != "" {
		return catalog.Listing{}, fmt.Errorf("itunes: folder %.80q: %w", folder, catalog.ErrNotFound)
	}
	return catalog.Listing{}, nil
}

// Locate asks the service where the preview of a track is now.
func (s *Source) Locate(ctx context.Context, id string) (catalog.Location, error) {
	notFound := fmt.Errorf("itunes: track %.80q: %w", id, catalog.ErrNotFound)
	number, address := parseID(id)
	if address != "" {
		return catalog.Location{URL: address}, nil
	}
	if number == "" {
		return catalog.Location{}, notFound
	}
	params := merge(s.params)
	params.Set("id", number)
	rows, err := s.call(ctx, "lookup", params)
	if err != nil {
		return catalog.Location{}, err
	}
	tracks, _ := toTracks(rows, s.license)
	for _, t := range tracks {
		if t.ID == id {
			return catalog.Location{URL: t.URL}, nil
		}
	}
	return catalog.Location{}, notFound
}

// call asks one of the service's two questions and returns the rows of its
// answer.
func (s *Source) call(ctx context.Context, method string, params url.Values) ([]row, error) {
	u := s.base.JoinPath(method)
	u.RawQuery = params.Encode()
	answer, err := s.client.Get(ctx, u.String(), "application/json, text/javascript")
	var rows []row
	if err == nil {
		rows, err = readAnswer(answer)
	}
	if err != nil {
		return nil, fmt.Errorf("itunes: %s: %w", method, explained(err))
	}
	return rows, nil
}

func merge(all ...url.Values) url.Values {
	sum := url.Values{}
	for _, values := range all {
		for key := range values {
			sum.Set(key, values.Get(key))
		}
	}
	return sum
}

// parseBase returns the address that the methods are joined to.
func parseBase(raw string) (*url.URL, error) {
	if err := catalog.CheckURL(raw); err != nil {
		return nil, fmt.Errorf("itunes: catalogue address: %w", err)
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, fmt.Errorf("itunes: catalogue address: %w", catalog.ErrInvalidURL)
	case u.User != nil:
		return nil, fmt.Errorf("itunes: catalogue address: this service has no sign-in")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("itunes: catalogue address: options do not belong into Base")
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	return u, nil
}
