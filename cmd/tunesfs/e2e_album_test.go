//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestAlbum shows an album of iTunes: its songs in order, and the cover as large
// as the server of pictures has it.
func TestAlbum(t *testing.T) {
	t.Parallel()
	needTools(t, "getfattr")
	s, o := newSession(t), fetchtest.New(t)
	small := fetchtest.Random(9, 3000)
	o.Put(fetchtest.File{Name: "thumb/100x100bb.jpg", Content: small, Type: "image/jpeg"})
	rows := []map[string]any{{"wrapperType": "collection", "collectionId": 7, "artistName": artist, "collectionName": "Tones",
		"collectionViewUrl": "https://store.example.com/7", "artworkUrl100": o.URL("thumb/100x100bb.jpg"), "releaseDate": "2001-02-03T12:00:00Z"}}
	var songs []fetchtest.Content
	for i := range 3 {
		songs = append(songs, fetchtest.Random(uint64(i), 100_000))
		o.Put(fetchtest.File{Name: fileName(i), Content: songs[i]})
		rows = append(rows, map[string]any{"wrapperType": "track", "trackId": 10 + i, "collectionId": 7, "artistName": artist,
			"trackName": tuneTitle(i), "trackNumber": 3 - i, "previewUrl": o.URL(fileName(i)), "trackViewUrl": "https://store.example.com/7?i=1"})
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		found := rows[:1]
		if r.URL.Path == "/lookup" {
			found = rows
		}
		w.Header().Set("Content-Type", "text/javascript")
		_ = json.NewEncoder(w).Encode(map[string]any{"resultCount": len(found), "results": found})
	}))
	t.Cleanup(server.Close)
	s.mount(fmt.Sprintf("itunes+%s/?entity=album", server.URL))

	album := s.mnt + "/" + query + "/" + artist + " - Tones"
	s.env = append(s.env, "A="+album)
	s.expect(`ls "$A"`, "01 - Tone 2.m4a\n02 - Tone 1.m4a\n03 - Tone 0.m4a\ncover.jpg")
	s.shows(album+"/01 - Tone 2.m4a", songs[2])
	s.shows(album+"/cover.jpg", small)
	s.expect(`cd "$A"; for a in user.tunesfs.store user.tunesfs.license; do getfattr -n $a --only-values "01 - Tone 2.m4a"; echo; done
		stat -c %s cover.jpg; getfattr -n user.mime_type --only-values cover.jpg`,
		"https://store.example.com/7?i=1\nprovided courtesy of iTunes\n3000\nimage/jpeg")
	if n := len(o.RequestsOf("thumb/600x600bb.jpg")); n == 0 {
		t.Error("nobody asked for the large picture")
	}
}
