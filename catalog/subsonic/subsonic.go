// Package subsonic is the catalog of a music server that speaks the Subsonic
// protocol, with the extensions of OpenSubsonic where the server has them: one's
// own library, by artists and albums, playlists, and searches.
//
// It owns the protocol and the sign-in. No secret leaves it except in a call and
// in a Location. It must never know a cache, a mount or where a secret is stored.
//
// Open subsonic.go first, then call.go, through which every call goes. browse.go,
// search.go, locate.go and lyrics.go are one method or folder each. auth.go signs
// in; extensions.go asks once which extensions the server has. decode.go reads a
// response, failure.go the error in it; listing.go and track.go make a listing of
// its rows, under the identifiers of id.go.
//
// The protocol: https://opensubsonic.netlify.app/docs/
package subsonic

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/url"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/memo"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

// A Source is the library of one user on one server.
type Source struct {
	base   *url.URL
	opt    Options
	auth   *auth
	offers *memo.Value[map[string]bool] // the extensions of the server
	client *web.Client
	log    *slog.Logger
}

var (
	_ catalog.Source    = (*Source)(nil)
	_ catalog.Explainer = (*Source)(nil)
)

// New returns the catalog that opt describes, or an error that says which
// option is wrong. It makes no call.
func New(opt Options) (*Source, error) {
	opt = opt.withDefaults()
	base, err := web.ParseBase(opt.Base)
	if err != nil {
		return nil, fmt.Errorf("subsonic: server address: %w", err)
	}
	auth, err := newAuth(opt, base)
	if err != nil {
		return nil, err
	}
	return &Source{
		base:   base.JoinPath("rest"), // below which the methods are
		opt:    opt,
		auth:   auth,
		offers: memo.New[map[string]bool](math.MaxInt64),
		client: web.New(web.Options{Env: opt.Env, MaxBody: maxBody, Messages: true, Secret: true}),
		log:    opt.Log(),
	}, nil
}

// List returns the artists and playlists of the library, an artist's albums,
// what is in an album or in a playlist. Each costs one request.
func (s *Source) List(ctx context.Context, folder string) (catalog.Listing, error) {
	kind, id := splitID(folder)
	switch {
	case folder == "":
		return top(), nil
	case folder == artistsFolder:
		return s.artists(ctx)
	case folder == playlistsFolder:
		return s.playlists(ctx)
	case kind == artistKind:
		return s.artist(ctx, id)
	case kind == albumKind:
		return s.album(ctx, id)
	case kind == playlistKind:
		return s.playlist(ctx, id)
	}
	return catalog.Listing{}, fmt.Errorf("subsonic: folder %.80q: %w", folder, catalog.ErrNotFound)
}
