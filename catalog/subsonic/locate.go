package subsonic

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/tunesfs/tunesfs/catalog"
)

// Locate returns the address of a track or a cover. It holds what signs the
// call. The server is asked nothing but, once, how to sign in.
func (s *Source) Locate(ctx context.Context, id string) (catalog.Location, error) {
	kind, of := splitID(id)
	if kind == lyricsKind {
		return s.locateLyrics(ctx, of)
	}
	method, params := s.fileCall(kind, of)
	if method == "" {
		return catalog.Location{}, fmt.Errorf("subsonic: track %.80q: %w", id, catalog.ErrNotFound)
	}
	if err := s.settle(ctx); err != nil {
		return catalog.Location{}, err
	}
	return catalog.Location{URL: s.address(method, s.signed(params))}, nil
}

// fileCall returns the call that brings a file. What a server encodes anew is
// never asked for with an estimate of its length, which would be taken for the
// length.
func (s *Source) fileCall(kind, id string) (method string, params url.Values) {
	params = url.Values{"id": {id}}
	switch {
	case kind == coverKind:
		return "getCoverArt", params
	case kind != songKind:
		return "", nil
	case s.opt.Bitrate > 0:
		params.Set("maxBitRate", strconv.Itoa(s.opt.Bitrate))
		params.Set("format", s.opt.Format)
		return byStream, params
	}
	params.Set("format", "raw") // download, too, is encoded anew by some servers
	return s.opt.Get, params
}
