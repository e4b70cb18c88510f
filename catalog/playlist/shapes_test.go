package playlist

import (
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/catalogtest"
)

// An oddList writes lists with odd entries.
type oddList struct {
	dice    *catalogtest.Dice
	log     catalogtest.LogCounter
	body    string
	entries int // -1 where the list cannot be read
}

func (o *oddList) address() string {
	return []string{
		"http://host/a.mp3", "b.mp3", "dir/c.ogg", "http://host/a.mp3?x=1", "/etc/passwd", "file:///etc/passwd", "C:\\x.mp3", "Artist: Title.mp3",
		"100% d.mp3", "#e.mp3", "http://", "ftp://host/f.mp3", "other.m3u", "cover.jpg", "http://host:99999/g.mp3", strings.Repeat("x", 3000), "%zz", "ß.mp3",
	}[o.dice.Pick(18)]
}

// m3u returns a list in this format, and how many entries it has.
func (o *oddList) m3u() (string, int) {
	text, n := "#EXTM3U\n", 0
	for range o.dice.Pick(6) {
		text += []string{"", "#EXTINF:123,A - T\n", "#EXTINF:\n", "#EXTINF:1e999,\n", "#EXTIMG:x\n", "\n\n", "#\n"}[o.dice.Pick(7)]
		address := o.address()
		if !strings.HasPrefix(address, "#") { // which is a comment
			n++
		}
		text += address + []string{"\n", "\r\n", "\r", "\n\n"}[o.dice.Pick(4)]
	}
	return text, n
}

// pls is m3u in another format.
func (o *oddList) pls() (string, int) {
	text, n := "[playlist]\n", o.dice.Pick(6)
	for i := range n {
		number := []string{fmt.Sprint(i + 1), "1", "", "007", "99999999999999999999999", "0"}[o.dice.Pick(6)]
		text += []string{"File", "file", " FILE"}[o.dice.Pick(3)] + number + " = " + o.address() + "\n"
		if o.dice.Pick(2) == 1 {
			text += "Title" + number + "=A - T\nLength" + number + "=-1\n"
		}
	}
	return text + "NumberOfEntries=3\nVersion=2\n", n
}

// xspf is m3u in another format.
func (o *oddList) xspf() (string, int) {
	odd := []string{"", "<title/>", "<title><b>x</b></title>", "<duration>-1e99</duration>", "<location>file:///x</location>", "<extension><track/></extension>"}
	text, n := `<?xml version="1.0"?><playlist version="1"><trackList>`, o.dice.Pick(6)
	for range n {
		var address strings.Builder
		_ = xml.EscapeText(&address, []byte(o.address()))
		text += "<track>" + odd[o.dice.Pick(len(odd))] + "<location>" + address.String() + "</location></track>"
	}
	switch text += "</trackList></playlist>"; o.dice.Pick(12) {
	case 1:
		return text[:o.dice.Pick(256)*(len(text)-1)/256], -1
	case 2:
		return `<?xml version="1.0"?>`, -1
	case 3:
		return `<!-- nothing -->`, -1
	case 4:
		return `<playlist version="1"></playlist>`, -1
	case 5:
		return `<playlist version="1"><trackList/></playlist>`, 0
	}
	return text, n
}

// check compares what came with what was sent.
func (o *oddList) check(l catalog.Listing, err error) error {
	return o.log.Whole(o.entries, len(l.Tracks), err, o.body)
}

// Whatever a list holds, nothing panics, and no listing is silently short.
func FuzzShapes(f *testing.F) {
	for n := range byte(40) {
		f.Add([]byte(strings.Repeat(string([]byte{n, 3, n + 1, 2, n, 1, 0}), 50)), n)
	}
	f.Fuzz(func(t *testing.T, data []byte, format byte) {
		o := &oddList{dice: catalogtest.NewDice(data)}
		o.body, o.entries = []func() (string, int){o.m3u, o.pls, o.xspf}[format%3]()
		opt := Options{URL: "http://host/list"}
		opt.Logger = slog.New(&o.log)
		opt.Client = &http.Client{Transport: catalogtest.Wire(func(*http.Request) (string, []byte) { return "", []byte(o.body) })}
		src, err := New(opt)
		if err != nil {
			t.Fatal(err)
		}
		l, err := src.List(t.Context(), "")
		if err := o.check(l, err); err != nil {
			t.Error(err)
		}
		calm := func(catalog.Listing, error) error { return nil } // a search leaves out what it does not find
		if err := catalogtest.Follow(t.Context(), src, "mp3", calm); err != nil {
			t.Error(err)
		}
	})
}

// Each entry is shown or counted, and a list without a list is an error.
func TestShapes(t *testing.T) {
	for body, want := range map[string]string{ // titles, or "error"
		"[playlist]\nFile99999999999999999999999=b.mp3\nFile2=a.mp3\nTitle2=A": "A b",
		"[playlist]\nFile10=c.mp3\nFile009=b.mp3\nFile=a.mp3":                  "a b c",
		"[playlist]\nFile1=a.mp3\nTitle1=A\nFile1=b.mp3\nTitle1=B":             "A B",
		"[playlist]\nTitle1=A\nFile1=a.mp3":                                    "A",
		`<?xml version="1.0"?>`:                                                "error",
		`<!-- nothing -->`:                                                     "error",
		`<playlist version="1"><title>x</title></playlist>`:                    "error",
		`<playlist version="1"><trackList/></playlist>`:                        "",
		`<playlist><trackList><track><location>a.mp3</location></track>`:       "error",
	} {
		src := newSource(t, Options{URL: "http://host/list", Env: catalog.Env{
			Client: &http.Client{Transport: catalogtest.Wire(func(*http.Request) (string, []byte) { return "", []byte(body) })},
		}})
		l, err := src.List(t.Context(), "")
		var titles []string
		for _, track := range l.Tracks {
			titles = append(titles, track.Title)
		}
		got := strings.Join(titles, " ")
		if err != nil {
			got = "error"
		}
		if got != want || err != nil && !errors.Is(err, catalog.ErrBadResponse) {
			t.Errorf("%q: %q, %v, want %q", body, got, err, want)
		}
	}
}
