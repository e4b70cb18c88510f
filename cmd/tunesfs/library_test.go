package main

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"time"
)

// Who signs in at a libraryServer.
const (
	libraryUser     = "ann"
	libraryPassword = "open-sesame"
)

// A libraryServer is a small Subsonic server: one album, whose songs are good,
// gone, and empty, and a user.
type libraryServer struct{ song []byte }

// newLibrary starts a libraryServer and returns the SOURCE for it.
func newLibrary(song []byte) (source string, end func()) {
	server := httptest.NewServer(&libraryServer{song})
	return "subsonic+http://" + libraryUser + "@" + server.Listener.Addr().String() + "/", server.Close
}

func (l *libraryServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/getOpenSubsonicExtensions") {
		libraryResponse(w, "openSubsonicExtensions", []any{map[string]any{"name": "songLyrics", "versions": []int{1}}})
		return
	}
	q := r.URL.Query()
	sum := md5.Sum([]byte(libraryPassword + q.Get("s")))
	byToken := q.Get("u") == libraryUser && q.Get("t") == hex.EncodeToString(sum[:])
	if byKey := q.Get("apiKey") == libraryPassword; !byToken && !byKey {
		libraryResponse(w, "error", map[string]any{"code": 40, "message": "no"})
		return
	}
	switch path.Base(r.URL.Path) {
	case "ping":
		libraryResponse(w, "pong", nil)
	case "search3":
		libraryResponse(w, "searchResult3", map[string]any{"song": l.songs()})
	case "getAlbum":
		libraryResponse(w, "album", map[string]any{"id": "1", "name": "Rags", "coverArt": "c", "song": l.songs()})
	case "getArtist":
		libraryResponse(w, "artist", map[string]any{"album": []any{map[string]any{"id": "1", "name": "Rags", "year": 1902}}})
	case "getArtists":
		one := []any{map[string]any{"id": "1", "name": "Joplin"}}
		libraryResponse(w, "artists", map[string]any{"index": []any{map[string]any{"artist": one}}})
	case "getPlaylists":
		libraryResponse(w, "playlists", map[string]any{})
	case "getLyricsBySongId":
		words := map[string]any{"synced": true, "line": []any{map[string]any{"start": 1500, "value": "oh " + q.Get("id")}}}
		libraryResponse(w, "lyricsList", map[string]any{"structuredLyrics": []any{words}})
	case "getCoverArt":
		w.Header().Set("Content-Type", "image/jpeg")
		_, _ = io.WriteString(w, "picture")
	case "download", "stream":
		l.file(w, r)
	default:
		libraryResponse(w, "error", map[string]any{"code": 70, "message": "no such thing"})
	}
}

func libraryResponse(w http.ResponseWriter, key string, value any) {
	w.Header().Set("Content-Type", "application/json")
	status := "ok"
	if key == "error" {
		status = "failed"
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"subsonic-response": map[string]any{"status": status, "version": "1.16.1", key: value}})
}

func (l *libraryServer) songs() (all []any) {
	for i, title := range []string{"Good", "Gone", "Empty", "Forbidden"} {
		all = append(all, map[string]any{
			"id": title, "title": title, "artist": "Joplin", "track": i + 1, "suffix": "mp3", "contentType": "audio/mpeg", "size": len(l.song),
		})
	}
	return all
}

// file sends a song as it is or, encoded anew, each byte twice and without a
// length.
func (l *libraryServer) file(w http.ResponseWriter, r *http.Request) {
	switch q := r.URL.Query(); {
	case q.Get("id") == "Gone":
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, `<subsonic-response status="failed"><error code="70" message="Song not found"/></subsonic-response>`)
	case q.Get("id") == "Forbidden":
		libraryResponse(w, "error", map[string]any{"code": 50, "message": "not for you"})
	case q.Get("id") == "Empty":
		w.Header().Set("Content-Type", "audio/mpeg")
	case q.Get("maxBitRate") != "" && q.Get("estimateContentLength") == "":
		w.Header().Set("Content-Type", "audio/mpeg")
		for range 2 {
			_, _ = w.Write(l.song)
			w.(http.Flusher).Flush()
		}
	default:
		w.Header().Set("Content-Type", "audio/mpeg")
		http.ServeContent(w, r, "", time.Unix(1e9, 0), strings.NewReader(string(l.song)))
	}
}
