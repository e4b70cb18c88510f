package source

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

// locateKinds are what a catalog's final word on a track is to fetch, which
// tries everything else again.
var locateKinds = []struct{ catalog, fetch error }{
	{catalog.ErrNotFound, fetch.ErrNotFound},
	{catalog.ErrDenied, fetch.ErrDenied},
	{catalog.ErrInvalidURL, fetch.ErrBadResponse},
	{catalog.ErrBadResponse, fetch.ErrBadResponse},
	{catalog.ErrNotSupported, fetch.ErrNotFound},
	{catalog.ErrClosed, fetch.ErrClosed},
}

// Locator lets a store ask a catalog where a track is.
func Locator(src catalog.Source) func(context.Context, string) (fetch.Location, error) {
	return func(ctx context.Context, key string) (fetch.Location, error) {
		at, err := src.Locate(ctx, key)
		return fetch.Location{URL: at.URL, Header: at.Header, Content: at.Content}, finalWord(err)
	}
}

// finalWord makes a catalog's error one that fetch takes as final, if it is.
func finalWord(err error) error {
	for _, kind := range locateKinds {
		if errors.Is(err, kind.catalog) {
			return fmt.Errorf("%w: %w", kind.fetch, err)
		}
	}
	return err
}

// Refusal lets a store tell a track from what a portal or the catalog sends
// in its place: what is of a type that no file of it has, or is its error.
func Refusal(src catalog.Source, isWrong func(mediaType string) bool) func(fetch.Offer) error {
	service, speaks := src.(catalog.Explainer)
	return func(o fetch.Offer) error {
		if speaks && !(isMedia(o.Type) && o.Size != 0) {
			if err := service.Explain(o.Head()); err != nil {
				return final(finalWord(err))
			}
		}
		if isWrong(o.Type) {
			return fmt.Errorf("%w: it sent %s in place of the file", fetch.ErrBadResponse, o.Type)
		}
		return nil
	}
}

// final makes an error one that fetch does not try again: a service that has
// answered in words will do so again.
func final(err error) error {
	for _, kind := range locateKinds {
		if errors.Is(err, kind.fetch) {
			return err
		}
	}
	return fmt.Errorf("%w: %w", fetch.ErrBadResponse, err)
}

// isMedia reports whether a media type is one of tracks and covers.
func isMedia(mediaType string) bool {
	kind, _, _ := strings.Cut(mediaType, "/")
	return kind == "audio" || kind == "video" || kind == "image"
}

// WrongTypes returns what knows the media types that no file of the catalog
// has. Where a folder is shown with all that is in it, there are none.
func (s Source) WrongTypes() func(mediaType string) bool {
	if s.Scheme == "index" && s.Options.Get("all") == "1" {
		return func(string) bool { return false }
	}
	return noAudio
}

// noAudio reports whether what a server sends is surely no track: the page of a
// portal or a login, or an error in a service's own words.
func noAudio(mediaType string) bool {
	switch mediaType {
	case "text/html", "application/xhtml+xml", "application/json", "text/json", "text/xml", "application/xml":
		return true
	}
	return false
}
