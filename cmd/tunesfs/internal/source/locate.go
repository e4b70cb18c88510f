package source

import (
	"context"
	"errors"
	"fmt"

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
