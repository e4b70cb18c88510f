package subsonic

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tunesfs/tunesfs/catalog"
)

// Whatever a server sends is a sound listing or an error in fit words.
func FuzzDecode(f *testing.F) {
	for _, c := range shapes {
		f.Add([]byte(c.body))
	}
	f.Add([]byte(`<subsonic-response><error code="40" message="x"/></subsonic-response>`))
	f.Add([]byte(`{"subsonic-response":{"status":"ok","lyricsList":{"structuredLyrics":[{"synced":true,"line":[{"start":9,"value":"x"}]}]}}}`))
	s, err := New(Options{Base: "http://host/", User: testUser, Secret: testSecret})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := s.Explain(data); err != nil && strings.ContainsAny(err.Error(), "\n\x00") {
			t.Errorf("%q", err)
		}
		r, err := decode(data)
		if err != nil {
			return
		}
		if words := best(r.Lyrics.Value.Structured.rows).text(); !utf8.ValidString(words) || strings.ContainsAny(words, "\x00\r") {
			t.Errorf("%q", words)
		}
		var all collector
		all.artists(r.Found.Value.Artist)
		all.albums(r.Found.Value.Album, album.anywhere)
		if r.Album.Set {
			all.songs(r.Album.Value.Song, s.albumTrack(&r.Album.Value))
		}
		seen := map[string]bool{}
		l, err := all.listing(context.Background(), slog.New(slog.DiscardHandler), "")
		if (err != nil) != (all.odd > 0 && len(all.folders)+len(all.tracks) == 0) {
			t.Errorf("%d odd rows, %v", all.odd, err)
		}
		for _, track := range l.Tracks {
			kind, id := splitID(track.ID)
			if seen[track.ID] || kind != songKind || id == "" || track.Size == 0 || track.Size < -1 || track.Number < 0 || track.Duration < 0 {
				t.Errorf("%+v", track)
			}
			if name := catalog.FileName(track, true); strings.ContainsAny(name, "/\x00\n") {
				t.Errorf("%q", name)
			}
			seen[track.ID] = true
		}
	})
}
