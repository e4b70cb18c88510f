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

// terse is a catalog that says no in place of a track.
type terse struct{ catalog.Source }

func (terse) Explain(head []byte) error {
	switch string(head) {
	case "no":
		return fmt.Errorf("%w: no", catalog.ErrDenied)
	case "":
		return errors.New("nothing")
	}
	return nil
}

func TestRefusal(t *testing.T) {
	for name, c := range map[string]struct {
		src       catalog.Source
		typ, body string
		want      error
	}{
		"audio":                  {answering{}, "audio/mpeg", "x", nil},
		"no type":                {answering{}, "", "no", nil},
		"empty":                  {answering{}, "text/plain", "", nil},
		"page":                   {answering{}, "text/html", "x", fetch.ErrBadResponse},
		"audio that says no":     {terse{}, "audio/mpeg", "no", nil},
		"words":                  {terse{}, "application/json", "no", fetch.ErrDenied},
		"words of no type":       {terse{}, "", "no", fetch.ErrDenied},
		"octets":                 {terse{}, "application/octet-stream", "x", nil},
		"words as octets":        {terse{}, "application/octet-stream", "no", fetch.ErrDenied},
		"JSON without words":     {terse{}, "application/json", "x", fetch.ErrBadResponse},
		"nothing, said as audio": {terse{}, "audio/mpeg", "", fetch.ErrBadResponse},
	} {
		err := Refusal(c.src, noAudio)(fetch.Offer{Type: c.typ, Size: int64(len(c.body)), Head: func() []byte { return []byte(c.body) }})
		if c.want == nil && err != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
