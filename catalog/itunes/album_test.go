package itunes

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// album returns the row that the store sends for an album as a whole.
func album(id int, artist, title string) fields {
	return fields{
		"wrapperType": "collection", "collectionType": "Album", "collectionId": id, "artistName": artist, "collectionName": title,
		"collectionViewUrl": fmt.Sprintf("https://store.example.com/album/%d", id), "trackCount": 3, "releaseDate": "1904-05-06T07:00:00Z",
		"artworkUrl100": "https://pictures.example.com/thumb/cover.png/100x100bb.jpg",
	}
}

func on(disc, number int, f fields) fields {
	return f.with("discNumber", disc).with("trackNumber", number)
}

func TestAlbums(t *testing.T) {
	s := &service{rows: []fields{album(9000, "Scott Joplin", "Collected Works"), album(9001, "", "Rags"), album(9000, "x", "y"), album(0, "x", "y")}}
	l, err := serve(t, s, Options{Entity: "album", Country: "de"}).Search(t.Context(), "joplin")
	released := time.Date(1904, 5, 6, 7, 0, 0, 0, time.UTC)
	want := []catalog.Folder{
		{ID: "album:9000", Title: "Scott Joplin - Collected Works", Modified: released}, {ID: "album:9001", Title: "Rags", Modified: released},
	}
	if err != nil || !slices.Equal(l.Folders, want) || len(l.Tracks) > 0 {
		t.Errorf("%+v, %v", l, err)
	}
	if r := s.requests()[0]; r.FormValue("entity") != "album" || r.FormValue("media") != "music" || r.FormValue("country") != "de" {
		t.Errorf("asked %s", r.URL)
	}
}

func TestAlbum(t *testing.T) {
	for name, tt := range map[string]struct {
		rows []fields
		want []string
	}{
		"in order": {[]fields{album(9000, "A", "B"), on(1, 2, song(2, "A", "Two")), on(1, 1, song(1, "A", "One"))},
			[]string{"01 - One.m4a", "02 - Two.m4a", "cover.jpg"}},
		"discs": {[]fields{album(9000, "A", "B"), on(2, 1, song(3, "A", "Three")), on(1, 1, song(1, "A", "One")), on(1, 2, song(2, "A", "Two"))},
			[]string{"01 - One.m4a", "02 - Two.m4a", "03 - Three.m4a", "cover.jpg"}},
		"the second disc": {[]fields{album(9000, "A", "B"), on(2, 5, song(3, "A", "Three"))}, []string{"05 - Three.m4a", "cover.jpg"}},
		"without its row": {[]fields{on(1, 1, song(1, "A", "One"))}, []string{"01 - One.m4a", "cover.jpg"}},
		"no cover":        {[]fields{album(9000, "A", "B").with("artworkUrl100", nil), song(1, "A", "One").with("artworkUrl100", nil)}, []string{"03 - One.m4a"}},
		"no previews":     {[]fields{album(9000, "A", "B"), song(1, "A", "One").with("previewUrl", nil)}, nil},
	} {
		s := &service{rows: tt.rows}
		l, err := serve(t, s, Options{Entity: "album"}).List(t.Context(), "album:9000")
		var names []string
		for _, track := range l.Tracks {
			names = append(names, catalog.FileName(track, true))
			if track.License != Courtesy || !strings.HasPrefix(track.Store, "https://store.example.com/album/9000") {
				t.Errorf("%s: terms %q, store %q", name, track.License, track.Store)
			}
		}
		if err != nil || !slices.Equal(names, tt.want) {
			t.Errorf("%s: %q, %v; want %q", name, names, err, tt.want)
		}
		if r := s.requests()[0]; r.URL.Path != "/lookup" || r.FormValue("entity") != "song" || r.FormValue("limit") != "200" {
			t.Errorf("asked %s", r.URL)
		}
	}
}

func TestNoSuchAlbum(t *testing.T) {
	src := serve(t, &service{}, Options{Entity: "album"})
	for _, id := range []string{"album:1", "album:", "album:-1", "album:01", "album:x", "9000", "podcast:https://a/feed"} {
		if _, err := src.List(t.Context(), id); !errors.Is(err, catalog.ErrNotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// The large picture is taken where there is one, the listed one otherwise.
func TestCoverFallsBack(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		want   string
	}{
		"large": {http.StatusOK, "600x600bb.jpg"}, "none so large": {http.StatusNotFound, "100x100bb.jpg"}, "who knows": {http.StatusBadGateway, "600x600bb.jpg"},
	} {
		t.Run(name, func(t *testing.T) {
			var method string
			pictures := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				method = r.Method
				w.WriteHeader(tt.status)
			}))
			defer pictures.Close()
			src := serve(t, &service{rows: []fields{album(9000, "A", "B").with("artworkUrl100", pictures.URL+"/a/100x100bb.jpg")}}, Options{Entity: "album"})
			at, err := src.Locate(t.Context(), "cover:9000")
			if err != nil || at.URL != pictures.URL+"/a/"+tt.want || method != http.MethodHead {
				t.Errorf("%+v, %v, by %s", at, err, method)
			}
		})
	}
	for address, want := range map[string]string{
		"http://a/100x100bb.png":           "http://a/600x600bb.png",
		"http://a/100x100bb/100x100bb.png": "http://a/100x100bb/600x600bb.png",
		"http://a/100x100bb/x.png":         "http://a/100x100bb/x.png",
	} {
		if got := resized(address, listedSize, wantedSize); got != want || resized(got, wantedSize, listedSize) != address {
			t.Errorf("%s becomes %s, want %s", address, got, want)
		}
	}
	for address, want := range map[string]string{"http://a/600x600bb.png": "cover.png", "http://a/x.JPEG": "cover.jpg", "http://a/x": "cover.jpg", "http://a/x.exe": "cover.jpg"} {
		if got := coverName(address); got != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
	}
}

func TestMusicVideos(t *testing.T) {
	video := song(1, "A", "B").with("kind", "music-video").with("previewUrl", "https://video.example.com/1.p.m4v")
	s := &service{rows: []fields{video}}
	tracks := search(t, serve(t, s, Options{Entity: "musicVideo"}))
	if len(tracks) != 1 || tracks[0].Type != "video/x-m4v" || tracks[0].Ext != ".m4v" {
		t.Errorf("%+v", tracks)
	}
	if r := s.requests()[0]; r.FormValue("entity") != "musicVideo" {
		t.Errorf("asked %s", r.URL)
	}
}
