package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// catalogServer answers like iTunes Search. A term of a number N finds N
// songs, "nothing" none; "refused" and "html" get what their names say. The
// audio of song N is audio(N).
type catalogServer struct{}

// ServeHTTP implements http.Handler.
func (c *catalogServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch name, isAudio := strings.CutPrefix(r.URL.Path, "/audio/"); {
	case isAudio:
		var n int
		fmt.Sscanf(name, "%d.m4a", &n)
		w.Header().Set("Content-Type", "audio/x-m4a")
		w.Header().Set("Etag", fmt.Sprintf(`"song-%d"`, n))
		http.ServeContent(w, r, "", time.Unix(1e9, 0), bytes.NewReader(audio(n)))
	case r.URL.Path == "/search":
		c.search(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (c *catalogServer) search(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	songs := 0
	switch term := r.FormValue("term"); term {
	case "refused":
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"errorMessage":"Invalid value(s) for key(s): [term]"}`)
		return
	case "hang":
		<-r.Context().Done()
		return
	case "html":
		fmt.Fprint(w, "<html>hello</html>")
		return
	default:
		fmt.Sscanf(term, "%d", &songs)
	}
	rows := []map[string]any{}
	for n := range songs {
		rows = append(rows, song(n, "http://"+r.Host))
	}
	json.NewEncoder(w).Encode(map[string]any{"resultCount": len(rows), "results": rows})
}

func song(n int, base string) map[string]any {
	return map[string]any{
		"wrapperType": "track", "kind": "song", "trackId": 1000 + n, "artistName": "The Band",
		"trackName": fmt.Sprintf("Song %d", n), "collectionName": "An Album", "trackTimeMillis": 65_000,
		"releaseDate": "1999-12-31T12:00:00Z", "previewUrl": fmt.Sprintf("%s/audio/%d.m4a", base, n),
		"primaryGenreName": "Pop", "trackViewUrl": base + "/page", "artworkUrl100": base + "/100x100bb.jpg",
	}
}

// audio is bytes that differ from one song to the next.
func audio(n int) []byte {
	return bytes.Repeat([]byte(fmt.Sprintf("song %d, again and again; ", n)), 20_000)
}
