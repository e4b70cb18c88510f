package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

// locateKinds are what a catalogue's final word on a track is to fetch, which
// tries everything else again.
var locateKinds = []struct{ catalog, fetch error }{
	{catalog.ErrNotFound, fetch.ErrNotFound},
	{catalog.ErrDenied, fetch.ErrDenied},
	{catalog.ErrInvalidURL, fetch.ErrBadResponse},
	{catalog.ErrBadResponse, fetch.ErrBadResponse},
	{catalog.ErrNotSupported, fetch.ErrNotFound},
	{catalog.ErrClosed, fetch.ErrClosed},
}

// locator lets a store ask a catalogue where a track is.
func locator(src catalog.Source) func(context.Context, string) (fetch.Location, error) {
	return func(ctx context.Context, key string) (fetch.Location, error) {
		at, err := src.Locate(ctx, key)
		for _, kind := range locateKinds {
			if errors.Is(err, kind.catalog) {
				return fetch.Location{}, fmt.Errorf("%w: %w", kind.fetch, err)
			}
		}
		return fetch.Location{URL: at.URL, Header: at.Header}, err
	}
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
