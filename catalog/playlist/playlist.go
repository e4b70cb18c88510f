// Package playlist is the catalog of one playlist: what it lists, in its order.
// The list is in M3U, PLS or XSPF, on a web server or in a file of this machine;
// what it lists is on web servers only.
//
// It owns the formats of playlists. The package document makes a Source of one.
// It must never read a file that a list names, nor know a cache or a mount.
//
// Open playlist.go first, then list.go, which finds the format. m3u.go, pls.go
// and xspf.go read one each, and entry.go makes a row of an entry.
//
// Formats: https://en.wikipedia.org/wiki/M3U,
// https://en.wikipedia.org/wiki/PLS_(file_format) and https://www.xspf.org/spec
package playlist

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/document"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

// maxBody is the longest list that is taken, in bytes.
const maxBody = 16 << 20

// Options say which playlist it is: one of URL and File is set.
type Options struct {
	URL  string // http or https address of the list; its query may be a secret
	File string // absolute path of the list on this machine

	catalog.Env
}

// A Source is the catalog of one playlist.
type Source struct{ *document.Source }

var _ catalog.Source = Source{}

// New returns the catalog of the playlist that opt names. It reads nothing yet.
func New(opt Options) (Source, error) {
	if opt.File != "" {
		return newFile(opt)
	}
	s, err := document.FromWeb(document.WebOptions{
		Kind: "playlist", URL: opt.URL, MaxBody: maxBody, Read: read, Env: opt.Env,
	})
	return Source{s}, err
}

// read returns what a list on a web server holds.
func read(ctx context.Context, at *url.URL, resp *web.Response) (document.Content, error) {
	return list{at: resp.URL, kind: resp.Type, name: at.Path}.read(ctx, resp.Body)
}

// newFile returns the catalog of a list that is the user's own: whatever stands
// in it may be a secret.
func newFile(opt Options) (Source, error) {
	if opt.URL != "" || !filepath.IsAbs(opt.File) {
		return Source{}, fmt.Errorf("playlist: %w: a file is named by its whole path, and alone", catalog.ErrInvalidURL)
	}
	return Source{document.New(document.Options{
		Kind:    "playlist",
		Name:    opt.File,
		Private: true,
		Logger:  opt.Log(),
		Read: func(ctx context.Context) (document.Content, error) {
			data, err := readFile(ctx, opt.File)
			if err != nil {
				return document.Content{}, err
			}
			return list{name: opt.File}.read(ctx, data)
		},
	})}, nil
}
