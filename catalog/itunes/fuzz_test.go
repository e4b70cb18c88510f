package itunes

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/catalogtest"
	"github.com/tunesfs/tunesfs/catalog/podcast"
)

// An oddService answers with odd shapes of what the service sends.
type oddService struct {
	dice   *catalogtest.Dice
	log    catalogtest.LogCounter
	sent   []byte // since the last check
	lookup bool
}

// respond is a catalogtest.Wire.
func (o *oddService) respond(r *http.Request) (string, []byte) {
	if strings.HasSuffix(r.URL.Path, "/feed") {
		return "application/rss+xml", []byte(`<rss version="2.0"><channel><title>T</title></channel></rss>`)
	}
	rows := []any{}
	if o.lookup = strings.HasSuffix(r.URL.Path, "/lookup"); o.lookup {
		rows = append(rows, o.row("collection"))
	}
	for range o.dice.Pick(5) {
		rows = append(rows, o.row("track"))
	}
	o.sent = o.dice.Body(o.dice.Odd(map[string]any{"resultCount": len(rows), "results": rows}))
	return "text/javascript", o.sent
}

func (o *oddService) row(wrapper string) map[string]any {
	n := o.dice.Pick(6)
	return map[string]any{
		"wrapperType": wrapper, "kind": "song", "trackId": n, "collectionId": o.dice.Pick(4), "artistName": "A", "collectionName": "C",
		"trackName": "T", "previewUrl": fmt.Sprintf("http://host/%d.m4a", n), "trackViewUrl": "http://host/t", "collectionViewUrl": "http://host/c",
		"artworkUrl100": "http://host/100x100bb.jpg", "releaseDate": "2005-03-01T12:00:00Z", "feedUrl": fmt.Sprintf("http://host/%d/feed", n),
		"discNumber": 1, "trackNumber": n, "trackTimeMillis": 1000, "primaryGenreName": "G",
	}
}

// check compares what came with what was sent for it.
func (o *oddService) check(l catalog.Listing, err error) error {
	body := o.sent
	o.sent = nil
	got := len(l.Folders)
	for _, n := range o.log.Take() {
		got += int(n)
	}
	if err != nil || body == nil {
		return nil
	}
	for _, t := range l.Tracks {
		if t.File == "" {
			got++
		}
	}
	read, whole := catalogtest.ReadJSON(body)
	v, _ := read.(map[string]any)
	all, ok := v["results"].([]any)
	if !ok || !whole {
		return fmt.Errorf("what cannot be read is a listing: %.2000s", body)
	}
	rows := 0
	for _, r := range all {
		fields, _ := r.(map[string]any)
		if !o.lookup || fields["wrapperType"] != "collection" { // an album is no row of its own
			rows++
		}
	}
	if got != rows {
		return fmt.Errorf("%d rows, %d shown or counted: %.2000s", rows, got, body)
	}
	return nil
}

// Whatever the service sends, nothing panics, and no listing is silently short.
func FuzzShapes(f *testing.F) {
	f.Add([]byte{}, byte(0))
	for n := range byte(40) {
		f.Add([]byte(strings.Repeat(string([]byte{n, 0, 3, n + 1, 2, n, 1, 0}), 50)), n)
	}
	f.Fuzz(func(t *testing.T, data []byte, entity byte) {
		o := &oddService{dice: catalogtest.NewDice(data)}
		opt := Options{Base: "http://host/", Entity: []string{"song", entityAlbum, entityPodcast}[entity%3]}
		if opt.Entity == entityPodcast {
			opt.Media = "podcast"
		}
		opt.Client, opt.Logger = &http.Client{Transport: catalogtest.Wire(o.respond)}, slog.New(&o.log)
		opt.Feed = func(address string) (catalog.Source, error) {
			return podcast.New(podcast.Options{URL: address, Env: opt.Env})
		}
		src, err := New(opt)
		if err != nil {
			t.Fatal(err)
		}
		if err := catalogtest.Follow(t.Context(), src, "words", o.check); err != nil {
			t.Error(err)
		}
	})
}
