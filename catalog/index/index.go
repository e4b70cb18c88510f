// Package index is the catalog of a folder on a web server: what the server
// itself lists of it. It reads the pages of nginx, Apache, Caddy and lighttpd,
// and of most others, and the JSON of nginx and Caddy.
//
// It owns the formats of such pages and the walk of a search through folders. It
// must never leave the folder that it was given, nor know a cache or a mount.
//
// Open index.go first, then page.go, which reads one folder by html.go or
// json.go. search.go walks the folders; id.go makes identifiers of paths.
//
// Formats: https://nginx.org/en/docs/http/ngx_http_autoindex_module.html,
// https://httpd.apache.org/docs/2.4/mod/mod_autoindex.html,
// https://caddyserver.com/docs/caddyfile/directives/file_server and
// https://redmine.lighttpd.net/projects/lighttpd/wiki/Mod_dirlisting
package index

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/option"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

// maxBody is the longest page that is taken, in bytes.
const maxBody = 32 << 20

// accept asks for JSON, which says more, of servers that have both.
const accept = "application/json, text/html;q=0.9, */*;q=0.1"

// Options say which folder it is.
type Options struct {
	Base string // http or https URL of the folder
	All  bool   // shows what is neither audio nor a picture, too

	catalog.Env
}

// ParseOptions returns the options that the query of a source's address spells:
// all, which is 0 or 1.
func ParseOptions(query url.Values) (Options, error) {
	all := "0"
	err := option.Parse(query, map[string]option.Setter{"all": option.Choice(&all, "all", "0", "1")})
	if err != nil {
		return Options{}, fmt.Errorf("index: %w", err)
	}
	return Options{All: all == "1"}, nil
}

// A Source is the catalog of one folder and of those below it. It never leaves
// them: of what a server lists it takes nothing but names.
type Source struct {
	base   string // ends in a slash; identifiers are relative to it
	all    bool
	client *web.Client
	log    *slog.Logger
}

var _ catalog.Source = (*Source)(nil)

// New returns the catalog of the folder that opt names. It makes no call.
func New(opt Options) (*Source, error) {
	base, err := web.ParseBase(opt.Base)
	if err != nil {
		return nil, fmt.Errorf("index: address of the folder: %w", err)
	}
	return &Source{
		base:   strings.TrimSuffix(base.String(), "/") + "/",
		all:    opt.All,
		client: web.New(web.Options{Env: opt.Env, MaxBody: maxBody}),
		log:    opt.Log(),
	}, nil
}

// List returns what the server lists of a folder, in its order.
func (s *Source) List(ctx context.Context, folder string) (catalog.Listing, error) {
	listing, skipped, err := s.page(ctx, folder)
	if err != nil {
		return catalog.Listing{}, fmt.Errorf("index: %w", err)
	}
	skipped.Log(ctx, s.log, s.base+folder)
	return listing, nil
}

// Locate asks the server whether it still lists a track.
func (s *Source) Locate(ctx context.Context, id string) (catalog.Location, error) {
	notFound := fmt.Errorf("index: track %.80q: %w", id, catalog.ErrNotFound)
	if !isID(id, false) {
		return catalog.Location{}, notFound
	}
	listing, _, err := s.page(ctx, id[:strings.LastIndex(id, "/")+1])
	if err != nil {
		return catalog.Location{}, fmt.Errorf("index: %w", err)
	}
	i := slices.IndexFunc(listing.Tracks, func(t catalog.Track) bool { return t.ID == id })
	if i < 0 {
		return catalog.Location{}, notFound
	}
	return catalog.Location{URL: listing.Tracks[i].URL}, nil
}
