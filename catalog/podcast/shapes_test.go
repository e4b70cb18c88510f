package podcast

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/catalogtest"
)

// An oddFeed writes feeds with odd items.
type oddFeed struct {
	dice  *catalogtest.Dice
	log   catalogtest.LogCounter
	body  string
	items int // -1 where the feed cannot be read
}

// oddFields are what stands in items beside an enclosure.
var oddFields = []string{
	"<title>T</title>", "<title/>", "<title>T</title><title>U</title>", "<guid>cover</guid>", "<guid>1</guid>", "<guid></guid>",
	"<pubDate>Mon, 06 May 2024 07:08:09 GMT</pubDate>", "<pubDate>99999</pubDate>", "<pubDate><b/></pubDate>", "<itunes:duration>1e300</itunes:duration>",
	"<itunes:duration>-1:::</itunes:duration>", "<itunes:image/>", `<itunes:image href="::"/>`, "<link>javascript:x</link>", "<author/>",
	"<category>" + "x" + "</category>", "<itunes:author><a>b</a></itunes:author>", "<media:content/>", "<dc:date>0000-00-00</dc:date>", "<x><y/></x>",
}

var enclosures = []string{
	`<enclosure url="http://host/a.mp3" type="audio/mpeg" length="7"/>`, `<enclosure url="b.mp3"/>`, `<enclosure/>`, `<enclosure url=""/>`,
	`<enclosure url="file:///etc/passwd" type="audio/mpeg"/>`, `<enclosure url="http://host/c.pdf" type="application/pdf"/>`, "",
	`<enclosure url="http://host/a.mp3" type="audio/mpeg" length="99999999999999999999999"/><enclosure url="http://host/d.mp3"/>`,
	`<enclosure url="http://host/e.mp3"></enclosure>`, `<enclosure><url>http://host/f.mp3</url></enclosure>`,
}

func (o *oddFeed) rss() {
	namespaces := ` xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"`
	head := `<rss version="2.0"` + namespaces + `>`
	var items strings.Builder
	o.items = o.dice.Pick(6)
	for range o.items {
		items.WriteString("<item>")
		for range o.dice.Pick(4) {
			items.WriteString(oddFields[o.dice.Pick(len(oddFields))])
		}
		items.WriteString(enclosures[o.dice.Pick(len(enclosures))] + "</item>")
	}
	switch o.body = head + "<channel><title>Feed</title>" + items.String() + "</channel></rss>"; o.dice.Pick(12) {
	case 1:
		o.body, o.items = o.body[:len(head)+o.dice.Pick(256)*(len(o.body)-len(head)-len("</channel></rss>"))/256], -1
	case 2:
		o.body, o.items = head+"</rss>", -1
	case 3:
		o.body = head + "<channel><title/></channel><channel>" + items.String() + "</channel></rss>"
	case 4:
		o.body = head + "<channel>" + items.String() + "</channel><channel><title>Second</title></channel></rss>"
	case 5:
		o.body = head + "<channel/>" + items.String() + "</rss>"
	}
}

// check compares what came with what was sent.
func (o *oddFeed) check(l catalog.Listing, err error) error {
	got := 0
	for _, t := range l.Tracks {
		if t.File == "" {
			got++
		}
	}
	return o.log.Whole(o.items, got, err, o.body)
}

// Whatever a feed holds, nothing panics, and no listing is silently short.
func FuzzShapes(f *testing.F) {
	for n := range byte(60) {
		f.Add([]byte(strings.Repeat(string([]byte{n, 3, n + 1, 2, n, 1, 0}), 30)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o := &oddFeed{dice: catalogtest.NewDice(data)}
		o.rss()
		opt := Options{URL: "http://host/feed"}
		opt.Logger = slog.New(&o.log)
		opt.Client = &http.Client{Transport: catalogtest.Wire(func(*http.Request) (string, []byte) { return "text/xml", []byte(o.body) })}
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

// Episodes where no reader of feeds looks for them are counted.
func TestTwoChannels(t *testing.T) {
	o := &oddFeed{items: 2}
	const one = `<item><enclosure url="http://host/a.mp3" type="audio/mpeg"/></item>`
	o.body = `<rss version="2.0"><channel>` + one + one + `</channel><channel><title>Second</title></channel></rss>`
	opt := Options{URL: "http://host/feed"}
	opt.Logger = slog.New(&o.log)
	opt.Client = &http.Client{Transport: catalogtest.Wire(func(*http.Request) (string, []byte) { return "text/xml", []byte(o.body) })}
	src, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.check(src.List(t.Context(), "")); err != nil {
		t.Error(err)
	}
}
