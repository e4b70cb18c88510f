package itunes

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/podcast"
)

// show returns the row that the store sends for a podcast.
func show(title, feed string) fields {
	return fields{"wrapperType": "track", "kind": "podcast", "collectionId": 5, "trackId": 5, "collectionName": title, "trackName": title,
		"feedUrl": feed, "releaseDate": "2024-05-03T10:00:00Z", "artworkUrl100": "https://pictures.example.com/a/100x100bb.jpg"}
}

const feed = `<?xml version="1.0"?><rss version="2.0"><channel><title>The Show</title>
<item><guid>e1</guid><title>First</title><pubDate>Fri, 03 May 2024 10:00:00 GMT</pubDate>
<enclosure url="https://audio.example.com/1.mp3" type="audio/mpeg" length="5"/></item></channel></rss>`

// feeds is what cmd/tunesfs gives: a podcast is read by its own package.
func feeds(client *http.Client) func(string) (catalog.Source, error) {
	return func(address string) (catalog.Source, error) {
		return podcast.New(podcast.Options{URL: address, Env: catalog.Env{Client: client}})
	}
}

func TestPodcasts(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/feed" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, feed)
	}))
	defer server.Close()
	s := &service{rows: []fields{show("The Show", server.URL+"/feed"), show("Again", server.URL+"/feed"), show("Gone", server.URL+"/gone"),
		show("Evil", "file:///etc/passwd"), show("None", "")}}
	src := serve(t, s, Options{Entity: "podcast", Feed: feeds(server.Client())})
	l, err := src.Search(t.Context(), "show")
	var titles []string
	for _, f := range l.Folders {
		titles = append(titles, f.Title)
	}
	if err != nil || !slices.Equal(titles, []string{"The Show", "Gone"}) {
		t.Fatalf("%q, %v", titles, err)
	}
	if r := s.requests()[0]; r.FormValue("media") != "podcast" || r.FormValue("entity") != "podcast" {
		t.Errorf("asked %s", r.URL)
	}
	episodes, err := src.List(t.Context(), l.Folders[0].ID)
	if err != nil || len(episodes.Tracks) != 1 || episodes.Tracks[0].Title != "First" {
		t.Fatalf("%+v, %v", episodes, err)
	}
	at, err := src.Locate(t.Context(), episodes.Tracks[0].ID)
	if err != nil || at.URL != "https://audio.example.com/1.mp3" {
		t.Errorf("%+v, %v", at, err)
	}
	if _, err := src.List(t.Context(), l.Folders[1].ID); !errors.Is(err, catalog.ErrNotFound) {
		t.Errorf("a feed that is gone: %v", err)
	}
}

// Nothing but the address of a feed leads to one.
func TestNoSuchPodcast(t *testing.T) {
	opened := func(string) (catalog.Source, error) { return nil, errors.New("opened") }
	src := serve(t, &service{}, Options{Entity: "podcast", Feed: opened})
	for _, id := range []string{"podcast:", "podcast:file:///etc/passwd", "podcast:http://a b/", "podcast:" + strings.Repeat("x", 9000)} {
		if _, err := src.List(t.Context(), id); !errors.Is(err, catalog.ErrNotFound) {
			t.Errorf("%.30s: %v", id, err)
		}
	}
	for _, id := range []string{"episode:", "episode:http://a/feed", "episode:file:///x y", "episode: y"} {
		if _, err := src.Locate(t.Context(), id); !errors.Is(err, catalog.ErrNotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if _, err := src.Locate(context.Background(), "episode:http://a/feed y"); err == nil || !strings.Contains(err.Error(), "opened") {
		t.Errorf("an episode of a feed that cannot be opened: %v", err)
	}
}
