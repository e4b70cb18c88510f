package archive

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestSearch(t *testing.T) {
	s := &service{items: []fields{
		holds("show"),
		holds("other").meta("title", []string{"First", "Second"}).meta("date", nil),
		holds("bare").meta("title", nil).meta("date", "0000-00-00"),
	}}
	src := serve(t, s, Options{Env: catalog.Env{UserAgent: "tunesfs/1 (+https://contact.example.com)"}})
	l, err := src.Search(t.Context(), "town band")
	if err != nil {
		t.Fatal(err)
	}
	want := []catalog.Folder{
		{ID: "show", Title: "The Town Band Live", Modified: time.Date(1974, 3, 5, 0, 0, 0, 0, time.UTC)},
		{ID: "other", Title: "First"},
		{ID: "bare", Title: "bare"},
	}
	if !slices.Equal(l.Folders, want) || len(l.Tracks) > 0 || l.Next != "" {
		t.Errorf("got %+v", l)
	}
	r := s.requests()[0]
	if q := r.FormValue("q"); q != "(town band) AND mediatype:(audio OR etree)" {
		t.Errorf("asked for %q", q)
	}
	if agent := r.Header.Get("User-Agent"); agent != "tunesfs/1 (+https://contact.example.com)" {
		t.Errorf("the service heard of %q", agent)
	}
}

// read reads a search to its end, page by page.
func read(t *testing.T, src *Source) (ids []string, pages int) {
	t.Helper()
	l, err := src.Search(t.Context(), "x")
	for pages = 1; err == nil; pages++ {
		for _, f := range l.Folders {
			ids = append(ids, f.ID)
		}
		if l.Next == "" {
			return ids, pages
		}
		l, err = src.More(t.Context(), l.Next)
	}
	t.Fatal(err)
	return nil, 0
}

func TestPages(t *testing.T) {
	for name, tt := range map[string]struct {
		service     *service
		limit       int
		want, pages int
	}{
		"all":            {&service{items: many(230)}, 0, 230, 4},
		"quirk":          {&service{items: many(230), quirk: true}, 0, 230, 4},
		"long pages":     {&service{items: many(230), second: 5000}, 0, 230, 2},
		"limit":          {&service{items: many(230)}, 120, 120, 2},
		"limit of one":   {&service{items: many(230)}, 1, 1, 1},
		"limit of pages": {&service{items: many(230)}, 150, 150, 2},
		"one page":       {&service{items: many(100)}, 0, 100, 1},
	} {
		t.Run(name, func(t *testing.T) {
			ids, pages := read(t, serve(t, tt.service, Options{Limit: tt.limit}))
			if len(ids) != tt.want || pages != tt.pages || len(slices.Compact(slices.Sorted(slices.Values(ids)))) != tt.want {
				t.Errorf("%d items, %d pages, want %d and %d", len(ids), pages, tt.want, tt.pages)
			}
		})
	}
}

func TestCollection(t *testing.T) {
	s := &service{items: append(many(130), holds("TownBand").meta("mediatype", "collection"))}
	src := serve(t, s, Options{})
	l, err := src.List(t.Context(), "TownBand")
	if err != nil || len(l.Folders) != 100 {
		t.Fatalf("%d folders, %v", len(l.Folders), err)
	}
	if q := s.requests()[1].FormValue("q"); q != `collection:"TownBand" AND mediatype:(audio OR etree)` {
		t.Errorf("asked for %q", q)
	}
	if l, err = src.More(t.Context(), l.Next); err != nil || len(l.Folders) != 31 {
		t.Errorf("second page: %d folders, %v", len(l.Folders), err)
	}
}

func TestTrack(t *testing.T) {
	f := upload("disc 1/01 song #1?.flac").with("title", "A Song").with("track", "1/12").with("length", "3:45").
		with("album", []string{"The Album"}).with("genre", "Brass").with("disc", "2").with("bitrate", "901.5")
	got := list(t, Options{}, holds("show", f))[0]
	base := strings.TrimSuffix(got.Store, "details/show")
	want := catalog.Track{
		ID: "show/disc 1/01 song #1?.flac", Title: "A Song", Artist: "The Town Band", Album: "The Album", Genre: "Brass",
		Number: 1, Duration: 3*time.Minute + 45*time.Second, Released: time.Date(1974, 3, 5, 0, 0, 0, 0, time.UTC),
		Type: "audio/flac", Ext: ".flac", Size: 66065, Digest: "sha1:e1c225a0d37282f08685905a4ba1c5d7aec5fa64",
		Tags: catalog.Tags{AlbumArtist: "The Town Band", Track: 1, Disc: 2, BitRate: 901_500, MD5: got.Tags.MD5},
		URL:  base + "download/show/disc%201/01%20song%20%231%3F.flac", Artwork: base + "services/img/show",
		Store: base + "details/show", License: "https://license.example.com/by/4.0/",
	}
	if got != want || len(got.Tags.MD5) != 32 {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// What services leave out, or send in another form, costs that and no more.
func TestOddFields(t *testing.T) {
	f := upload("a.mp3")
	for name, tt := range map[string]struct {
		item fields
		odd  func(catalog.Track) bool
	}{
		"size as number": {holds("show", f.with("size", 5)), func(t catalog.Track) bool { return t.Size != 5 }},
		"no size":        {holds("show", f.with("size", nil)), func(t catalog.Track) bool { return t.Size != -1 }},
		"size in words":  {holds("show", f.with("size", "big")), func(t catalog.Track) bool { return t.Size != -1 }},
		"md5 only":       {holds("show", f.with("sha1", nil)), func(t catalog.Track) bool { return t.Digest != "md5:9366a4b09386bf673c447e33d806d904" }},
		"no digest":      {holds("show", f.with("sha1", nil).with("md5", nil)), func(t catalog.Track) bool { return t.Digest != "" }},
		"upper case digest": {holds("show", f.with("sha1", "E1C225A0D37282F08685905A4BA1C5D7AEC5FA64")),
			func(t catalog.Track) bool { return t.Digest != "sha1:e1c225a0d37282f08685905a4ba1c5d7aec5fa64" }},
		"sha1 that is none":   {holds("show", f.with("sha1", "ABC")), func(t catalog.Track) bool { return t.Digest != "md5:9366a4b09386bf673c447e33d806d904" }},
		"digests in words":    {holds("show", f.with("sha1", strings.Repeat("x", 40)).with("md5", "no")), func(t catalog.Track) bool { return t.Digest != "" }},
		"creators":            {holds("show", f).meta("creator", []string{"A", "B"}), func(t catalog.Track) bool { return t.Artist != "A" }},
		"artist of file":      {holds("show", f.with("artist", "C").with("creator", "D")), func(t catalog.Track) bool { return t.Artist != "C" }},
		"creator of file":     {holds("show", f.with("creator", "D")), func(t catalog.Track) bool { return t.Artist != "D" }},
		"year only":           {holds("show", f).meta("date", nil).meta("year", 1974), func(t catalog.Track) bool { return t.Released.Year() != 1974 }},
		"no year":             {holds("show", f).meta("date", nil).meta("year", nil), func(t catalog.Track) bool { return !t.Released.IsZero() }},
		"rights":              {holds("show", f).meta("licenseurl", nil).meta("rights", "mine"), func(t catalog.Track) bool { return t.License != "mine" }},
		"metadata is a list":  {holds("show", f).with("metadata", []string{}), func(t catalog.Track) bool { return t.Title != "a" }},
		"reviews and rubbish": {holds("show", f).with("reviews", []any{fields{"stars": "5"}}).with("x", nil), func(t catalog.Track) bool { return t.Title != "a" }},
	} {
		t.Run(name, func(t *testing.T) {
			src := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, tt.item) }), Options{})
			l, err := src.List(t.Context(), "show")
			if err != nil || len(l.Tracks) != 1 || tt.odd(l.Tracks[0]) {
				t.Errorf("%+v, %v", l.Tracks, err)
			}
		})
	}
}

func TestLocate(t *testing.T) {
	src := newSource(t, Options{Base: "http://mirror.example.com/archive"})
	at, err := src.Locate(t.Context(), "show/disc1/a b%.flac")
	if err != nil || at.URL != "http://mirror.example.com/archive/download/show/disc1/a%20b%25.flac" || len(at.Header) > 0 {
		t.Errorf("%+v, %v", at, err)
	}
}
