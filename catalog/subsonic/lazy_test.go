package subsonic

import (
	"fmt"
	"testing"
)

// A library of 100,000 songs costs one call for each folder that is opened, and
// none for what is not.
func TestBrowsingIsLazy(t *testing.T) {
	const artists, albums, songs = 1000, 10, 10
	row := func(kind string, n int) object {
		id := fmt.Sprintf("%s-%d", kind, n)
		return object{"id": id, "name": id, "title": id, "suffix": "mp3", "size": 100}
	}
	rows := func(kind string, n int) (all []object) {
		for i := range n {
			all = append(all, row(kind, i))
		}
		return all
	}
	lib := &server{extensions: []string{}, responses: map[string]any{
		"getArtists": object{"artists": object{"index": []object{{"name": "A", "artist": rows("artist", artists)}}}},
		"getArtist":  object{"artist": with(row("artist", 1), "album", rows("album", albums))},
		"getAlbum":   object{"album": with(row("album", 1), "song", rows("song", songs))},
	}}
	s := source(t, lib, Options{})
	for _, opened := range []struct {
		folder string
		shows  int
		calls  []string
	}{
		{"", 2, nil},
		{"artists", artists, []string{"getArtists"}},
		{"artist:artist-7", albums, []string{"getArtists", "getArtist artist-7"}},
		{"album:album-3", songs, []string{"getArtists", "getArtist artist-7", "getAlbum album-3"}},
	} {
		l, err := s.List(t.Context(), opened.folder)
		if shown := len(l.Folders) + len(l.Tracks); err != nil || shown != opened.shows {
			t.Errorf("%q shows %d, %v", opened.folder, shown, err)
		}
		wantEqual(t, opened.folder, lib.calls(), opened.calls...)
	}
	if len(lib.gone) != 4 || lib.gone[0].method != "getOpenSubsonicExtensions" {
		t.Errorf("%d calls, the first %+v", len(lib.gone), lib.gone[0])
	}
}
