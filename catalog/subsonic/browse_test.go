package subsonic

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// Each folder costs one request when it is opened, and none before.
func TestBrowse(t *testing.T) {
	lib := &server{responses: library(), extensions: []string{}}
	s := source(t, lib, Options{})
	for _, c := range []struct {
		folder string
		calls  string
		want   []string
	}{
		{"", "", []string{"Artists/", "Playlists/"}},
		{"artists", "getArtists", []string{"Scott Joplin/", "AC∕DC/", "Satie/"}},
		{"artist:ar-1", "getArtist ar-1", []string{"1902 - Rags/", "Marches/"}},
		{"album:al-1", "getAlbum al-1", []string{"01 - The Entertainer.mp3", "02 - The Easy Winners.mp3", "cover.jpg"}},
		{"album:al-2", "getAlbum al-2", nil},
		{"playlists", "getPlaylists", []string{"Party/"}},
		{"playlist:pl-1", "getPlaylist pl-1", []string{
			"Scott Joplin - The Easy Winners.mp3", "Scott Joplin - The Entertainer.mp3", "Scott Joplin - The Entertainer (2).mp3",
		}},
	} {
		before := len(lib.calls())
		wantEqual(t, "folder "+c.folder, names(t, s, c.folder), c.want...)
		var want []string
		if c.calls != "" {
			want = []string{c.calls}
		}
		wantEqual(t, "calls of "+c.folder, lib.calls()[before:], want...)
	}
}

func TestAlbumTrack(t *testing.T) {
	lib := &server{responses: library()}
	l, err := source(t, lib, Options{}).List(t.Context(), "album:al-1")
	if err != nil || len(l.Tracks) != 3 {
		t.Fatal(l, err)
	}
	want := catalog.Track{
		ID: "song:so/1", Title: "The Entertainer", Artist: "Scott Joplin", Album: "Rags", Genre: "Ragtime", Number: 1,
		Duration: 103 * time.Second, Released: time.Date(1902, 1, 1, 0, 0, 0, 0, time.UTC),
		Type: "audio/mpeg", Ext: ".mp3", Size: 2811819,
		Tags: catalog.Tags{AlbumArtist: "Scott Joplin", Track: 1, Disc: 1, BitRate: 216_000},
	}
	if l.Tracks[0] != want {
		t.Errorf("got %+v\nwant %+v", l.Tracks[0], want)
	}
	if l.Tracks[1].Size != -1 {
		t.Errorf("a size that nobody told is %d", l.Tracks[1].Size)
	}
}

// Songs of an album of several discs are in order by name.
func TestDiscs(t *testing.T) {
	var songs []object
	for i, disc := range []any{1, 1, "2", 2, nil} {
		songs = append(songs, with(with(track(fmt.Sprint(i), fmt.Sprint("T", i)), "discNumber", disc), "track", i%2+1))
	}
	lib := &server{responses: map[string]any{"getAlbum": object{"album": object{"id": "1", "name": "x", "song": songs}}}}
	wantEqual(t, "names", names(t, source(t, lib, Options{}), "album:1"),
		"101 - T0.mp3", "102 - T1.mp3", "201 - T2.mp3", "202 - T3.mp3", "01 - T4.mp3", "cover.jpg")
}

// A library is browsed lazily however large it is: nothing but what is opened
// is asked for.
func TestLargeLibrary(t *testing.T) {
	const artists = 10_000
	var rows []object
	for i := range artists {
		rows = append(rows, object{"id": fmt.Sprint("ar-", i), "name": "Same Name"})
	}
	lib := &server{responses: map[string]any{"getArtists": object{"artists": object{"index": []object{{"name": "S", "artist": rows}}}}}}
	if got := names(t, source(t, lib, Options{}), "artists"); len(got) != artists || got[artists-1] != "Same Name (10000)/" {
		t.Errorf("%d artists, the last %q", len(got), got[len(got)-1])
	}
	wantEqual(t, "calls", lib.calls(), "getArtists")
}

func TestGone(t *testing.T) {
	s := source(t, &server{responses: map[string]any{
		"getAlbum?half": object{"song": []object{}}, "getArtist?half": object{}, "getPlaylist?half": object{"entry": []object{}},
	}}, Options{})
	for folder, want := range map[string]error{
		"artist:ar-9":   catalog.ErrNotFound,
		"album:al-9":    catalog.ErrNotFound,
		"playlist:pl-9": catalog.ErrNotFound,
		"album:half":    catalog.ErrBadResponse,
		"artist:half":   catalog.ErrBadResponse,
		"playlist:half": catalog.ErrBadResponse,
		"album:":        catalog.ErrNotFound,
		"song:1":        catalog.ErrNotFound,
	} {
		if _, err := s.List(t.Context(), folder); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", folder, err, want)
		}
	}
}
