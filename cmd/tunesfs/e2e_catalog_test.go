//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// query is the search that every end-to-end test mounts.
const query = "tones"

// A tune is a row of an answer of iTunes.
type tune struct {
	title string
	url   string
}

// artist is who all tunes are by.
const artist = "Signal"

// searchResponse returns what iTunes answers to a search that finds tunes, and to a
// lookup of any of them.
func searchResponse(tunes []tune) []byte {
	rows := make([]map[string]any, 0, len(tunes))
	for i, tune := range tunes {
		rows = append(rows, map[string]any{
			"wrapperType": "track", "kind": "song", "trackId": 1000 + i, "artistName": artist, "trackName": tune.title,
			"collectionName": "Test Tones", "trackTimeMillis": 30_000, "releaseDate": "2001-02-03T12:00:00Z",
			"previewUrl": tune.url, "primaryGenreName": "Electronic", "trackPrice": -1.0,
		})
	}
	response, err := json.Marshal(map[string]any{"resultCount": len(rows), "results": rows})
	if err != nil {
		panic(err)
	}
	return response
}

// A remote is a catalog whose audio an origin serves, file n as tune n.
type remote struct {
	*fetchtest.Origin
	source string // what to mount
}

// newRemote serves files, and the answer that lists them.
func newRemote(t *testing.T, files ...fetchtest.Content) *remote {
	r := &remote{Origin: fetchtest.New(t)}
	var tunes []tune
	for i, content := range files {
		r.Put(fetchtest.File{Name: fileName(i), Content: content})
		tunes = append(tunes, tune{title: tuneTitle(i), url: r.URL(fileName(i))})
	}
	response := searchResponse(tunes)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		_, _ = w.Write(response)
	}))
	t.Cleanup(server.Close)
	r.source = "itunes+" + server.URL + "/"
	return r
}

func tuneTitle(n int) string { return "Tone " + strconv.Itoa(n) }
func fileName(n int) string  { return fmt.Sprintf("tone-%d.m4a", n) }

// trackName is the name of tune n in the mount.
func trackName(n int) string { return artist + " - " + tuneTitle(n) + ".m4a" }

// pathURL returns the URL of a file below base.
func pathURL(base, name string) string { return base + "/" + url.PathEscape(name) }
