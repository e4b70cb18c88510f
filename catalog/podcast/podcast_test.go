package podcast

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/cached"
)

func TestEpisodes(t *testing.T) {
	got := list(t, rss(
		item("old", "Nets", "Mon, 01 Jan 2024 06:00:00 +0000", "https://audio.example.org/old.mp3"),
		item("new", "Ropes &amp; Sails", "Tue, 02 Jan 2024 23:30:00 -0800", "/new.m4a?track=1"),
		item("none", "Someday", "soon", "https://audio.example.org/someday"),
	))
	base := strings.TrimSuffix(got[0].URL, "/new.m4a?track=1")
	want := []catalog.Track{{
		ID: "new", Title: "Ropes & Sails", Artist: "Ada Pier", Album: "Harbour Talk",
		Duration: time.Hour + 2*time.Minute + 3*time.Second, Released: time.Date(2024, 1, 3, 7, 30, 0, 0, time.UTC),
		Type: "audio/mp4", Ext: ".m4a", Size: -1, Dated: true,
		URL: base + "/new.m4a?track=1", Artwork: "https://pictures.example.org/harbour.jpg",
		Store: "https://harbour.example.org/new", License: "CC BY 4.0",
	}}
	if !reflect.DeepEqual(got[:1], want) {
		t.Errorf("got  %+v\nwant %+v", got[:1], want)
	}
	var names []string
	for _, track := range got {
		names = append(names, catalog.FileName(track, true))
	}
	const all = "2024-01-03 - Ropes & Sails.m4a|2024-01-01 - Nets.mp3|Ada Pier - Someday.mp3|cover.jpg"
	if strings.Join(names, "|") != all {
		t.Errorf("names are %q, want %q", names, all)
	}
}

func TestAtom(t *testing.T) {
	got := list(t, `<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour Talk</title>
		<entry><id>tag:x,1</id><title>Nets</title><published>2024-01-01T06:00:00Z</published>
		<link rel="enclosure" href="https://audio.example.org/1.ogg" type="audio/ogg" length="5"/></entry></feed>`)
	if len(got) != 1 || got[0].ID != "tag:x,1" || got[0].Ext != ".ogg" || got[0].Size != -1 || got[0].Released.Year() != 2024 {
		t.Errorf("got %+v", got)
	}
}

func TestItems(t *testing.T) {
	const good = "https://audio.example.org/a.mp3"
	date := "Mon, 01 Jan 2024 06:00:00 +0000"
	for name, tt := range map[string]struct {
		item string
		want string // the name; "" if there is no track
	}{
		"plain":             {item("1", "A", date, good), "2024-01-01 - A.mp3"},
		"no enclosure":      {`<item><title>A</title><guid>1</guid></item>`, ""},
		"empty enclosure":   {item("1", "A", date, ""), ""},
		"file":              {item("1", "A", date, "file:///etc/passwd"), ""},
		"javascript":        {item("1", "A", date, "javascript:alert(1)"), ""},
		"data":              {item("1", "A", date, "data:audio/mpeg;base64,AAAA"), ""},
		"other host":        {item("1", "A", date, "//audio.example.org/a.mp3"), "2024-01-01 - A.mp3"},
		"a document":        {strings.Replace(item("1", "A", date, "https://x/a.pdf"), "audio/mpeg", "application/pdf", 1), ""},
		"a picture":         {strings.Replace(item("1", "A", date, "https://x/a.jpg"), "audio/mpeg", "image/jpeg", 1), ""},
		"no type":           {strings.Replace(item("1", "A", date, "https://x/a"), `type="audio/mpeg"`, "", 1), "2024-01-01 - A"},
		"odd audio":         {strings.Replace(item("1", "A", date, "https://x/a"), "audio/mpeg", "audio/x-new", 1), "2024-01-01 - A"},
		"year 0":            {item("1", "A", "0000-01-01T00:00:00Z", good), "Ada Pier - A.mp3"},
		"year 1":            {item("1", "A", "Mon, 01 Jan 0001 00:00:00 +0000", good), "Ada Pier - A.mp3"},
		"year 9999":         {item("1", "A", "Fri, 31 Dec 9999 23:59:59 -0800", good), "Ada Pier - A.mp3"},
		"1938":              {item("1", "A", "Sun, 30 Oct 1938 20:00:00 -0500", good), "1938-10-31 - A.mp3"},
		"no title":          {item("1", "", date, good), "2024-01-01 - Untitled.mp3"},
		"up":                {item("1", "../../x", date, good), "2024-01-01 - ..∕..∕x.mp3"},
		"control character": {item("1", "A\x01B", date, good), "2024-01-01 - AB.mp3"},
		"an entity of HTML": {item("1", "Fish&nbsp;&chips", date, good), "2024-01-01 - Fish\u00a0&chips.mp3"},
		"two enclosures": {`<item><title>A</title><enclosure url="https://x/a.pdf" type="application/pdf"/>
			<enclosure url="https://x/a.opus" type="audio/opus"/></item>`, "Ada Pier - A.opus"},
	} {
		t.Run(name, func(t *testing.T) {
			tracks := list(t, rss(tt.item, item("z", "Z", "", "https://audio.example.org/z.mp3")))
			got := ""
			for _, track := range tracks[:len(tracks)-2] { // but for the last, and the cover
				got += catalog.FileName(track, true)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// An episode's own author and picture go before those of the feed. Where its
// picture cannot be fetched, it has the feed's.
func TestAuthorAndPictureOfAnEpisode(t *testing.T) {
	for extra, want := range map[string][2]string{
		"": {"Ada Pier", "https://pictures.example.org/harbour.jpg"},
		`<itunes:author>Bo Quay</itunes:author><itunes:image href="https://pictures.example.org/nets.jpg"/>`: {"Bo Quay", "https://pictures.example.org/nets.jpg"},
		`<author>mail@example.org (Cy Mole)</author><itunes:author>Bo Quay</itunes:author>`:                  {"Bo Quay", "https://pictures.example.org/harbour.jpg"},
		`<author>mail@example.org (Cy Mole)</author><itunes:image href="file:///etc/passwd"/>`:               {"Cy Mole", "https://pictures.example.org/harbour.jpg"},
	} {
		episode := strings.Replace(item("1", "A", "", "https://x/a.mp3"), "</item>", extra+"</item>", 1)
		if got := list(t, rss(episode))[0]; got.Artist != want[0] || got.Artwork != want[1] {
			t.Errorf("%q: by %q with %q, want %q", extra, got.Artist, got.Artwork, want)
		}
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"75": 75 * time.Second, "1:15": 75 * time.Second, "01:00:00": time.Hour, "90.4": 90 * time.Second,
		"": 0, "-5": 0, "1:-5": 0, "long": 0, "1e300": 0, "NaN": 0, "9:9:9:9:9:9": 0, "Inf": 0,
	} {
		got := list(t, rss(strings.Replace(item("1", "A", "", "https://x/a.mp3"), "1:02:03", text, 1)))[0].Duration
		if got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
}

func TestCovers(t *testing.T) {
	for address, want := range map[string]string{
		"https://pictures.example.org/harbour.jpg":        "cover.jpg",
		"https://pictures.example.org/harbour.JPEG?s=600": "cover.jpg",
		"https://pictures.example.org/harbour.png":        "cover.png",
		"https://pictures.example.org/harbour":            "cover.jpg",
		"file:///etc/passwd":                              "",
	} {
		tracks := list(t, strings.Replace(rss(), "https://pictures.example.org/harbour.jpg", address, 1))
		got := ""
		for _, track := range tracks {
			got += catalog.FileName(track, true)
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
}

// An episode stays itself when its enclosure moves and its title is corrected;
// one that has no GUID when a tracking token changes.
func TestIDsLast(t *testing.T) {
	for _, pair := range [][2]string{
		{item("1", "A", "", "https://a/x.mp3?token=1"), item("1", "B", "", "https://b/y.mp3?token=2")},
		{item("", "A", "", "https://a/x.mp3?token=1"), item("", "A", "", "https://a/x.mp3?token=2")},
	} {
		before, after := list(t, rss(pair[0])), list(t, rss(pair[1], item("2", "C", "", "https://a/z.mp3")))
		if before[0].ID != after[0].ID || before[0].ID == "" {
			t.Errorf("%q became %q", before[0].ID, after[0].ID)
		}
	}
}

func TestEqualTitles(t *testing.T) {
	const n = 10_000
	var items []string
	for i := range n {
		items = append(items, item(fmt.Sprint(i), "The same", "Mon, 01 Jan 2024 06:00:00 +0000", "https://a/x.mp3"))
	}
	src := serve(t, "/", reply(xmlType, rss(items...)), Options{})
	library := cached.New(src, cached.Options{})
	defer library.Close()
	l, err := library.List(t.Context(), "")
	if err != nil || len(l.Tracks) != n+1 {
		t.Fatalf("%d tracks, %v; want %d and the cover", len(l.Tracks), err, n)
	}
	names := map[string]bool{}
	for _, track := range l.Tracks {
		names[track.Name] = true
	}
	if len(names) != n+1 || !names["2024-01-01 - The same (10000).mp3"] {
		t.Errorf("%d names", len(names))
	}
}

// The addresses of a private feed's episodes are asked for when they are needed,
// and are then what the feed says at that time.
func TestPrivateFeed(t *testing.T) {
	var reads atomic.Int64
	s := serve(t, "/feed.xml?auth=hunter2", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("auth") != "hunter2" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		address := fmt.Sprintf("https://audio.example.org/a.mp3?token=%d", reads.Add(1))
		reply(xmlType, rss(item("1", "A", "", address)))(w, r)
	}), Options{})
	l, err := s.List(t.Context(), "")
	if err != nil || l.Tracks[0].URL != "" || l.Tracks[1].URL == "" {
		t.Fatalf("got %+v, %v; want no address of the episode", l.Tracks, err)
	}
	at, err := s.Locate(t.Context(), "1")
	if err != nil || at.URL != "https://audio.example.org/a.mp3?token=2" {
		t.Errorf("got %+v, %v", at, err)
	}
	if at, err := s.Locate(t.Context(), coverID); err != nil || at.URL != "https://pictures.example.org/harbour.jpg" {
		t.Errorf("cover: %+v, %v", at, err)
	}
}

func TestSearch(t *testing.T) {
	s := serve(t, "/", reply(xmlType, rss(
		item("1", "Nets", "Mon, 01 Jan 2024 06:00:00 +0000", "https://a/1.mp3"),
		item("2", "Ropes", "Wed, 01 Jan 2025 06:00:00 +0000", "https://a/2.mp3"))), Options{})
	for query, want := range map[string]string{"net": "1", "2025": "2", "harbour talk": "21", "submarine": ""} {
		l, err := s.Search(t.Context(), query)
		got := ""
		for _, track := range l.Tracks {
			got += track.ID
		}
		if err != nil || got != want {
			t.Errorf("%q finds %q, %v; want %q", query, got, err, want)
		}
	}
}

func TestLeftOutIsLoggedOnce(t *testing.T) {
	var log bytes.Buffer
	s := serve(t, "/feed.xml?auth=hunter2", reply(xmlType, rss(
		item("1", "A", "", "file:///etc/passwd"), item("2", "A", "", "file:///etc/shadow"),
		item("3", "A", "", ""), item("4", "A", "", "https://x/a.mp3"), item("4", "A", "", "https://x/a.mp3"))),
		Options{Env: catalog.Env{Logger: slog.New(slog.NewTextHandler(&log, nil))}})
	if _, err := s.List(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	got := log.String()
	if strings.Count(got, "\n") != 1 || !strings.Contains(got, "/feed.xml equal=1 not_http=2 without_address=1") ||
		strings.Contains(got, "hunter2") {
		t.Errorf("logged %q", got)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, address := range []string{"", "feed.xml", "file:///feed.xml", "https:///x", "https://u:hunter2@host/x", "https://host/x#y"} {
		_, err := New(Options{URL: address})
		if !errors.Is(err, catalog.ErrInvalidURL) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v, want ErrInvalidURL", address, err)
		}
	}
}
