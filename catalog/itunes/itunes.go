// Package itunes is the catalog of the iTunes Search API: songs, or albums of
// them, found by words, each with a preview to listen to; and podcasts.
//
// It owns the protocol's parameters, rows and identifiers, and Apple's limits. It
// must never know a cache, a mount or the format of a feed: Options.Feed reads
// feeds.
//
// Open itunes.go first, the methods of the Source. response.go reads a response, and
// row.go has the fields of its rows. track.go, album.go, cover.go and podcast.go
// make listings of them; apple.go has the rules of Apple's own servers.
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
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

// A Source searches one iTunes service.
type Source struct {
	base    *url.URL
	params  url.Values // what every call sends
	search  url.Values // what every search sends besides
	client  *web.Client
	images  *web.Client // the servers of pictures, which are others
	feed    func(address string) (catalog.Source, error)
	license string
	log     *slog.Logger
}

var _ catalog.Source = (*Source)(nil)

// New returns the catalog that opt describes, or an error that says which
// option is wrong. It makes no call.
func New(opt Options) (*Source, error) {
	opt = opt.withDefaults()
	if err := opt.check(); err != nil {
		return nil, err
	}
	if opt.Entity == entityPodcast && opt.Feed == nil {
		return nil, fmt.Errorf("itunes: podcasts need a reader of feeds: %w", catalog.ErrNotSupported)
	}
	base, err := web.ParseBase(opt.Base)
	if err != nil {
		return nil, fmt.Errorf("itunes: catalog address: %w", err)
	}
	return &Source{
		base:    base,
		params:  opt.params(),
		search:  opt.searchParams(),
		client:  opt.client(base.Hostname()),
		images:  web.New(web.Options{Env: opt.Env}),
		feed:    opt.Feed,
		license: opt.License,
		log:     opt.Log(),
	}, nil
}

// Search returns what a query finds, in the service's order: songs and the like
// as tracks, albums and podcasts as folders. It fails with ErrBadQuery if the
// query has no words or the service refuses it.
func (s *Source) Search(ctx context.Context, query string) (catalog.Listing, error) {
	term := catalog.SanitizeText(query)
	if term == "" {
		return catalog.Listing{}, fmt.Errorf("itunes: %w: no words to search for", catalog.ErrBadQuery)
	}
	params := merge(s.params, s.search)
	params.Set("term", term)
	rows, err := s.call(ctx, "search", params)
	if err != nil {
		return catalog.Listing{}, err
	}
	var listing catalog.Listing
	var skipped skip.Count
	switch s.search.Get("entity") {
	case entityAlbum:
		listing.Folders, skipped = albums(rows)
	case entityPodcast:
		listing.Folders, skipped = podcasts(rows)
	default:
		listing.Tracks, skipped = toTracks(rows, s.license)
	}
	skipped.Log(ctx, s.log, term)
	return listing, nil
}

// List returns what an album or a podcast holds. The top is empty.
func (s *Source) List(ctx context.Context, folder string) (catalog.Listing, error) {
	if folder == "" {
		return catalog.Listing{}, nil
	}
	if number, ok := parseNumber(folder, albumID); ok {
		return s.album(ctx, folder, number)
	}
	if address, ok := strings.CutPrefix(folder, podcastID); ok && s.feed != nil {
		return s.podcast(ctx, address)
	}
	return catalog.Listing{}, notFound("folder", folder)
}

// Locate asks the service where the preview of a track is now.
func (s *Source) Locate(ctx context.Context, id string) (catalog.Location, error) {
	if number, ok := parseNumber(id, coverID); ok {
		return s.locateCover(ctx, id, number)
	}
	if address, episode, ok := parseEpisode(id); ok && s.feed != nil {
		return s.locateEpisode(ctx, address, episode)
	}
	number, address := parseID(id)
	if address != "" {
		return catalog.Location{URL: address}, nil
	}
	if number == "" {
		return catalog.Location{}, notFound("track", id)
	}
	rows, err := s.lookup(ctx, number, url.Values{})
	if err != nil {
		return catalog.Location{}, err
	}
	tracks, _ := toTracks(rows, s.license)
	for _, t := range tracks {
		if t.ID == id {
			return catalog.Location{URL: t.URL}, nil
		}
	}
	return catalog.Location{}, notFound("track", id)
}

func notFound(what, id string) error {
	return fmt.Errorf("itunes: %s %.80q: %w", what, id, catalog.ErrNotFound)
}

// lookup returns what the service has under a number.
func (s *Source) lookup(ctx context.Context, number string, more url.Values) ([]row, error) {
	params := merge(s.params, more)
	params.Set("id", number)
	return s.call(ctx, "lookup", params)
}

// call asks one of the service's two questions and returns the rows of its
// response.
func (s *Source) call(ctx context.Context, method string, params url.Values) ([]row, error) {
	u := s.base.JoinPath(method)
	u.RawQuery = params.Encode()
	resp, err := s.client.Get(ctx, u.String(), "application/json, text/javascript")
	var rows []row
	if err == nil {
		rows, err = readResponse(resp)
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
