package subsonic

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/cached"
)

// finder answers searches with songs, of which it has a number.
func finder(have int) *server {
	lib := &server{responses: map[string]any{}}
	lib.refuse = func(params url.Values) (int, string) { // not to refuse, but to see what is asked for
		from, _ := strconv.Atoi(params.Get("songOffset"))
		count, _ := strconv.Atoi(params.Get("songCount"))
		var songs []object
		for i := from; i < min(from+count, have); i++ {
			songs = append(songs, track(fmt.Sprint(i), fmt.Sprint("Rag ", i)))
		}
		lib.responses["search3"] = object{"searchResult3": object{
			"artist": []object{{"id": "ar-1", "name": "Joplin"}}, "album": []object{{"id": "al-1", "name": "Rags", "artist": "Joplin"}, {"id": "al-2", "name": "Anon"}},
			"song": songs,
		}}
		return 0, ""
	}
	return lib
}

func TestSearch(t *testing.T) {
	for _, c := range []struct{ have, limit, songs, calls int }{
		{0, 0, 0, 1}, {3, 0, 3, 1}, {10_000, 0, defaultLimit, 1}, {10_000, 1, 1, 1},
		{10_000, 1200, 1200, 3}, {600, 1200, 600, 2}, {500, 1200, 500, 2},
	} {
		lib := finder(c.have)
		l, err := source(t, lib, Options{Limit: c.limit}).Search(t.Context(), " joplin ")
		if err != nil || len(l.Tracks) != c.songs || len(lib.calls()) != c.calls || len(l.Folders) != 3 {
			t.Errorf("%+v: %d songs, %d folders by %d calls, %v", c, len(l.Tracks), len(l.Folders), len(lib.calls()), err)
		}
		if q := lib.gone[1].params; q.Get("query") != "joplin" {
			t.Errorf("asked %v", q)
		}
	}
}

func TestSearchNames(t *testing.T) {
	library := cached.New(source(t, finder(1), Options{}), cached.Options{})
	defer library.Close()
	l, err := library.Search(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "names", shown(l), "Joplin/", "Joplin - Rags/", "Anon/", "Scott Joplin - Rag 0.mp3")
}

// By an empty query servers mean all they have.
func TestNoWords(t *testing.T) {
	lib := finder(5)
	for _, query := range []string{"", "  ", `""`, "*", "''\n"} {
		if _, err := source(t, lib, Options{}).Search(t.Context(), query); !errors.Is(err, catalog.ErrBadQuery) {
			t.Errorf("%q: %v", query, err)
		}
	}
	wantEqual(t, "calls", lib.calls())
}
