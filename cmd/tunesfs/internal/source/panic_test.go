package source

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/cached"
	counted "github.com/tunesfs/tunesfs/internal/panics"
)

// A panicking is a network on which nothing can be read: a request panics, or a body.
type panicking struct{ body bool }

// RoundTrip implements http.RoundTripper.
func (p panicking) RoundTrip(r *http.Request) (*http.Response, error) {
	if !p.body {
		panic("a head")
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: p, Request: r, ContentLength: -1}, nil
}

func (panicking) Read([]byte) (int, error) { panic("a body") }
func (panicking) Close() error             { return nil }

var _ io.ReadCloser = panicking{}

// TestEverySourcePanics lets the code of each kind of catalog panic, in each of its
// calls: none ends the process, each fails as a bad response, and all are counted.
func TestEverySourcePanics(t *testing.T) {
	folders := map[string]string{"itunes": "album:1", "archive": "item", "subsonic": "artists"}
	tracks := map[string]string{"itunes": "1", "subsonic": "lyrics:1", "index": "a.mp3"}
	for _, kind := range schemes() {
		if !kind.server {
			continue
		}
		for _, network := range []panicking{{body: false}, {body: true}} {
			s, err := Parse(kind.name + "+http://host.test/x?" + map[string]string{"subsonic": "auth=password"}[kind.name])
			if err != nil {
				t.Fatal(err)
			}
			src, end, err := s.Open(Environment{Client: &http.Client{Transport: network}, Log: slog.New(slog.DiscardHandler), Secret: "x"})
			if err != nil {
				t.Fatal(err)
			}
			before := counted.Count()
			library := cached.New(src, cached.Options{Logger: slog.New(slog.DiscardHandler)})
			calls := map[string]func() error{
				"search":  func() error { _, err := library.Search(t.Context(), "word"); return err },
				"list":    func() error { _, err := library.List(t.Context(), folders[kind.name]); return err },
				"refresh": func() error { _, err := library.Refresh(t.Context(), "word"); return err },
				"locate":  func() error { _, err := library.Locate(t.Context(), tracks[kind.name]); return err },
			}
			if kind.name == "archive" {
				delete(calls, "locate") // asks nothing
			}
			for what, call := range calls {
				if err := call(); !errors.Is(err, catalog.ErrBadResponse) || strings.Contains(err.Error(), "a head") {
					t.Errorf("%s: %s: %v", kind.name, what, err)
				}
			}
			if n := counted.Count() - before; n < len(calls) {
				t.Errorf("%s: %d panics are counted", kind.name, n)
			}
			_ = library.Close()
			_ = end()
		}
	}
}
