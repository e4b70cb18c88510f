package itunes

import (
	"bytes"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestSearch(t *testing.T) {
	store := &service{rows: []fields{song(11, "Scott Joplin", "The Entertainer")}}
	s := serve(t, store, Options{Country: "DE", Limit: 7, Lang: "ja_jp", Explicit: "no", Env: catalog.Env{UserAgent: "tester/1"}})
	got := search(t, s)
	want := []catalog.Track{{
		ID: "11", Title: "The Entertainer", Artist: "Scott Joplin", Album: "Collected Works",
		Genre: "Classical", Number: 3, Duration: 61500 * time.Millisecond,
		Released: time.Date(1904, 5, 6, 7, 0, 0, 0, time.UTC),
		Type:     "audio/mp4", Ext: ".m4a", Size: -1,
		Tags:    catalog.Tags{Track: 3},
		URL:     "https://audio.example.com/preview/11.p.m4a",
		Artwork: "https://pictures.example.com/thumb/cover.png/600x600bb.jpg",
		Store:   "https://store.example.com/album/9000?i=11",
		License: "provided courtesy of iTunes",
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	r := store.requests()[0]
	if agent := r.UserAgent(); agent != "tester/1" {
		t.Errorf("User-Agent %q", agent)
	}
	const query = "country=de&entity=song&explicit=no&lang=ja_jp&limit=7&media=music&term=anything"
	if r.URL.Path != "/search" || r.URL.RawQuery != query {
		t.Errorf("asked %s?%s, want /search?%s", r.URL.Path, r.URL.RawQuery, query)
	}
}

func TestSearchTerms(t *testing.T) {
	store := &service{}
	s := serve(t, store, Options{})
	for term, want := range map[string]string{
		"AC/DC & friends?": "AC/DC & friends?",
		" Fu\u0308r \n":    "Für",
	} {
		if _, err := s.Search(t.Context(), term); err != nil {
			t.Fatal(err)
		}
		asked := store.requests()
		if got := asked[len(asked)-1].FormValue("term"); got != want {
			t.Errorf("term %q arrived as %q, want %q", term, got, want)
		}
	}
	for _, term := range []string{"", " \t", "\x00"} {
		if _, err := s.Search(t.Context(), term); !errors.Is(err, catalog.ErrBadQuery) {
			t.Errorf("Search(%q) = %v, want ErrBadQuery", term, err)
		}
	}
}

// Rows of the kinds that the service is known to mix, and of those that only a
// hostile one sends.
func TestRows(t *testing.T) {
	plain := song(1, "A", "B")
	for name, tt := range map[string]struct {
		row  fields
		want string // the identifier; "" if there is no track
	}{
		"plain":               {plain, "1"},
		"id as text":          {plain.with("trackId", "12"), "12"},
		"id as float":         {plain.with("trackId", 12.0), "12"},
		"no preview":          {plain.with("previewUrl", nil), ""},
		"null preview":        {plain.with("previewUrl", []any{nil}), ""},
		"file preview":        {plain.with("previewUrl", "file:///etc/passwd"), ""},
		"relative preview":    {plain.with("previewUrl", "../../x"), ""},
		"script preview":      {plain.with("previewUrl", "javascript:1"), ""},
		"audiobook":           {plain.with("trackId", nil).with("wrapperType", "audiobook"), "collection:9000"},
		"no id":               {plain.with("trackId", nil), "url:https://audio.example.com/preview/1.p.m4a"},
		"negative id":         {plain.with("trackId", -5), "url:https://audio.example.com/preview/1.p.m4a"},
		"fractional id":       {plain.with("trackId", 1.5), "url:https://audio.example.com/preview/1.p.m4a"},
		"huge id":             {plain.with("trackId", 1e300), "url:https://audio.example.com/preview/1.p.m4a"},
		"title is a list":     {plain.with("trackName", []int{1}), "1"},
		"date is not a date":  {plain.with("releaseDate", "soon"), "1"},
		"duration is endless": {plain.with("trackTimeMillis", int64(1)<<62), "1"},
	} {
		t.Run(name, func(t *testing.T) {
			tracks := search(t, serve(t, &service{rows: []fields{tt.row}}, Options{}))
			got := ""
			for _, track := range tracks {
				got += track.ID
				if track.Duration < 0 || track.Duration > 200*time.Hour {
					t.Errorf("duration %v", track.Duration)
				}
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestEqualRowsAreOneTrack(t *testing.T) {
	rows := []fields{song(1, "A", "B"), song(2, "A", "B"), song(1, "A", "B again")}
	tracks := search(t, serve(t, &service{rows: rows}, Options{}))
	if len(tracks) != 2 || tracks[0].Title != "B" || tracks[1].ID != "2" {
		t.Errorf("got %+v", tracks)
	}
}

func TestAppleAddresses(t *testing.T) {
	row := song(1, "A", "B").
		with("previewUrl", "http://audio.itunes.apple.com/x/mzaf_1.p.m4a").
		with("artworkUrl100", "http://is1.mzstatic.com/image/a/100x100bb.jpg/100x100bb.jpg").
		with("trackViewUrl", "http://itunes.apple.com:80/us/album/1?i=1")
	got := search(t, serve(t, &service{rows: []fields{row}}, Options{}))[0]
	for field, pair := range map[string][2]string{
		"URL":     {got.URL, "https://audio.itunes.apple.com/x/mzaf_1.p.m4a"},
		"Artwork": {got.Artwork, "https://is1.mzstatic.com/image/a/100x100bb.jpg/600x600bb.jpg"},
		"Store":   {got.Store, "https://itunes.apple.com/us/album/1?i=1"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", field, pair[0], pair[1])
		}
	}
	if got.Duration != 0 {
		t.Errorf("an excerpt claims the song's length, %v", got.Duration)
	}
}

func TestRowsLeftOutAreLoggedOnce(t *testing.T) {
	bad := func(f fields, key string) []fields {
		return []fields{f, f, f.with(key, "file:///etc/passwd"), f.with(key, "file:///etc/shadow"), f.with(key, nil)}
	}
	none := func(string) (catalog.Source, error) { return nil, nil }
	for entity, tt := range map[string]struct {
		rows []fields
		want string
	}{
		"song":    {bad(song(1, "A", "B"), "previewUrl"), "level=WARN | of=anything equal=1 not_http=2 without_address=1"},
		"podcast": {bad(show("A", "https://host/feed"), "feedUrl"), "level=WARN | of=anything equal=1 not_http=2 without_address=1"},
		"album":   {bad(album(9000, "A", "B"), "collectionId"), "level=DEBUG | of=anything equal=1 without_address=3"},
	} {
		var log bytes.Buffer
		logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		l, err := serve(t, &service{rows: tt.rows}, Options{Entity: entity, Feed: none, Env: catalog.Env{Logger: logger}}).Search(t.Context(), "anything")
		if err != nil || len(l.Tracks)+len(l.Folders) != 1 {
			t.Errorf("%s: %+v, %v", entity, l, err)
		}
		want := strings.Replace(tt.want, "|", `msg="rows without usable audio left out"`, 1)
		if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, want) {
			t.Errorf("%s: logged %q, want %q", entity, got, want)
		}
	}
}

func TestList(t *testing.T) {
	s := newSource(t, Options{})
	if l, err := s.List(t.Context(), ""); err != nil || len(l.Folders)+len(l.Tracks) != 0 {
		t.Errorf("top: %+v, %v; want it empty", l, err)
	}
	if _, err := s.List(t.Context(), "x"); !errors.Is(err, catalog.ErrNotFound) {
		t.Errorf("folder: %v, want ErrNotFound", err)
	}
}

func TestLocate(t *testing.T) {
	store := &service{rows: []fields{
		song(1, "A", "B"),
		song(2, "A", "B").with("previewUrl", nil),
		song(3, "A", "B").with("trackId", nil).with("wrapperType", "audiobook").with("collectionId", 8000),
		song(4, "A", "B").with("previewUrl", "file:///etc/passwd"),
	}}
	s := serve(t, store, Options{Country: "de"})
	for id, want := range map[string]string{
		"1":                            "https://audio.example.com/preview/1.p.m4a",
		"collection:8000":              "https://audio.example.com/preview/3.p.m4a",
		"url:https://example.com/a.m4": "https://example.com/a.m4",
	} {
		if l, err := s.Locate(t.Context(), id); err != nil || l.URL != want {
			t.Errorf("Locate(%q) = %q, %v; want %q", id, l.URL, err, want)
		}
	}
	if r := store.requests()[0]; r.URL.Path != "/lookup" || r.FormValue("country") != "de" {
		t.Errorf("asked %s", r.URL)
	}
	asked := len(store.requests())
	for _, id := range []string{
		"", "x", "../1", "-1", "+1", "01", "0", "1 ", "1,2", "99999999999999999999", "\x00",
		"collection:", "collection:x", "url:", "url:file:///etc/passwd",
	} {
		if _, err := s.Locate(t.Context(), id); !errors.Is(err, catalog.ErrNotFound) {
			t.Errorf("Locate(%q) = %v, want ErrNotFound", id, err)
		}
	}
	if extra := len(store.requests()) - asked; extra != 0 {
		t.Errorf("%d calls for identifiers that cannot exist", extra)
	}
	for _, id := range []string{"2", "4", "9", "collection:9000"} {
		if _, err := s.Locate(t.Context(), id); !errors.Is(err, catalog.ErrNotFound) {
			t.Errorf("Locate(%q) = %v, want ErrNotFound", id, err)
		}
	}
}

// A mirror below a path of its own.
func TestBaseWithPath(t *testing.T) {
	store := &service{}
	s := serve(t, store, Options{})
	for _, base := range []string{s.base.String() + "/a/b", s.base.String() + "/a/b/"} {
		below := newSource(t, Options{Base: base})
		if _, err := below.Search(t.Context(), "x"); err != nil {
			t.Fatal(err)
		}
		asked := store.requests()
		if path := asked[len(asked)-1].URL.Path; path != "/a/b/search" {
			t.Errorf("%s: asked %s", base, path)
		}
	}
}
