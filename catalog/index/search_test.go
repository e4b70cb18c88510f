package index

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// rows returns JSON of some names; those that end in a slash are folders.
func rows(names ...string) string {
	var rows []string
	for _, name := range names {
		kind := "file"
		if strings.HasSuffix(name, "/") {
			kind = "directory"
		}
		rows = append(rows, fmt.Sprintf(`{"name":%q,"type":%q,"size":7}`, strings.TrimSuffix(name, "/"), kind))
	}
	return "[" + strings.Join(rows, ",") + "]"
}

// found returns the identifiers that a search finds.
func found(t *testing.T, s *Source, query string) string {
	t.Helper()
	l, err := s.Search(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, folder := range l.Folders {
		ids = append(ids, folder.ID)
	}
	for _, track := range l.Tracks {
		ids = append(ids, track.ID)
	}
	return strings.Join(ids, " ")
}

func TestSearch(t *testing.T) {
	server := &tree{pages: map[string]string{
		"/music/":              rows("Beatles/", "Bach/", "locked/", "yesterday.txt", "Yesterday.mp3", "yesterday.jpg"),
		"/music/Beatles/":      rows("Help/", "Live/"),
		"/music/Beatles/Help/": rows("01 Help.mp3", "13 Yesterday.flac"),
		"/music/Beatles/Live/": rows("Für Elise.ogg"),
		"/music/Bach/":         rows("Air.mp3"),
	}}
	s := serve(t, server, Options{})
	for query, want := range map[string]string{
		"yesterday":      "Yesterday.mp3 Beatles/Help/13%20Yesterday.flac",
		"beatles":        "Beatles/",
		"help":           "Beatles/Help/",
		"beatles elise":  "Beatles/Live/F%C3%BCr%20Elise.ogg",
		"air bach":       "Bach/Air.mp3",
		"nothing of it":  "",
		"yesterday bach": "",
	} {
		if got := found(t, s, query); got != want {
			t.Errorf("%q finds %q, want %q", query, got, want)
		}
	}
	if _, err := s.Search(t.Context(), "..."); !errors.Is(err, catalog.ErrBadQuery) {
		t.Errorf("no words: %v, want ErrBadQuery", err)
	}
}

// A search of a huge tree, or of one without end, asks for so much and no more,
// and says so.
func TestSearchIsBounded(t *testing.T) {
	var wide []string
	for i := range 400 {
		wide = append(wide, fmt.Sprintf("f%d/", i))
	}
	for name, tt := range map[string]struct {
		page string
		most int64
	}{
		"wide":    {rows(append(wide, "song.mp3")...), searchFolders},
		"endless": {rows("loop/", "song.mp3"), searchDepth},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int64
			var log bytes.Buffer
			s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				asked.Add(1)
				fmt.Fprint(w, tt.page)
			}), Options{Env: catalog.Env{Logger: slog.New(slog.NewTextHandler(&log, nil))}})
			if got := found(t, s, "song"); int64(strings.Count(got, "song")) != tt.most {
				t.Errorf("%d songs, want %d", strings.Count(got, "song"), tt.most)
			}
			if asked.Load() != tt.most || strings.Count(log.String(), "did not look into all folders") != 1 {
				t.Errorf("%d requests, want %d; logged %q", asked.Load(), tt.most, &log)
			}
		})
	}
}

// A search that has found a lot looks for no more.
func TestSearchThatFindsALot(t *testing.T) {
	names := []string{"more/"}
	for i := range searchFound {
		names = append(names, fmt.Sprintf("song %d.mp3", i))
	}
	server := one(rows(names...))
	l, err := serve(t, server, Options{}).Search(t.Context(), "song")
	if err != nil || len(l.Tracks) != searchFound || len(server.asked) != 1 {
		t.Errorf("%d songs, %v, by %d requests", len(l.Tracks), err, len(server.asked))
	}
}

// A server that wants to be left alone ends a search; a base that cannot be
// listed does, too.
func TestSearchFails(t *testing.T) {
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/music/" {
			fmt.Fprint(w, rows("a/", "b/"))
			return
		}
		w.WriteHeader(http.StatusTooManyRequests)
	}), Options{})
	if l, err := s.Search(t.Context(), "a x"); !errors.Is(err, catalog.ErrRateLimited) || len(l.Tracks) > 0 {
		t.Errorf("got %+v, %v; want ErrRateLimited", l, err)
	}
	if _, err := serve(t, http.NotFoundHandler(), Options{}).Search(t.Context(), "a"); !errors.Is(err, catalog.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}
