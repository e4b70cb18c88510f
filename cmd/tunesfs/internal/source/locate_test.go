package source

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

// answering is a catalog that has one answer to where a track is.
type answering struct {
	catalog.Source
	at  catalog.Location
	err error
}

func (a answering) Locate(context.Context, string) (catalog.Location, error) { return a.at, a.err }

func TestLocator(t *testing.T) {
	other := errors.New("something else")
	for name, c := range map[string]struct{ err, want error }{
		"gone":         {catalog.ErrNotFound, fetch.ErrNotFound},
		"refused":      {catalog.ErrDenied, fetch.ErrDenied},
		"no address":   {catalog.ErrInvalidURL, fetch.ErrBadResponse},
		"another kind": {other, other},
	} {
		_, err := Locator(answering{err: fmt.Errorf("track 7: %w", c.err)})(t.Context(), "7")
		if !errors.Is(err, c.want) || !errors.Is(err, c.err) {
			t.Errorf("%s: %v, want one that is %v", name, err, c.want)
		}
	}
	at, err := Locator(answering{at: catalog.Location{URL: "http://example.org/a"}})(t.Context(), "7")
	if at.URL != "http://example.org/a" || err != nil {
		t.Errorf("%+v, %v", at, err)
	}
}
