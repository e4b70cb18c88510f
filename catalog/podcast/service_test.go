package podcast

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rss returns a feed as most podcasts are published, with some items in it.
func rss(items ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>Harbour Talk</title>
<link>https://harbour.example.org/</link>
<atom:link href="https://harbour.example.org/feed.xml" rel="self" type="application/rss+xml"/>
<copyright>CC BY 4.0</copyright>
<itunes:author>Ada Pier</itunes:author>
<itunes:image href="https://pictures.example.org/harbour.jpg"/>
` + strings.Join(items, "\n") + `
</channel>
</rss>`
}

// item returns an episode with an enclosure.
func item(guid, title, date, enclosure string) string {
	return fmt.Sprintf(`<item><title>%s</title><guid isPermaLink="false">%s</guid><pubDate>%s</pubDate>
<enclosure url="%s" length="1234" type="audio/mpeg"/><itunes:duration>1:02:03</itunes:duration>
<link>https://harbour.example.org/%s</link></item>`, title, guid, date, enclosure, guid)
}

// reply returns a handler that always says the same.
func reply(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	}
}

const xmlType = "application/rss+xml; charset=utf-8"

// serve starts a server for one test and returns the podcast at an address of
// it, such as /feed.xml.
func serve(t *testing.T, address string, h http.Handler, opt Options) Source {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	opt.URL, opt.Client = server.URL+address, server.Client()
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	s, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// list returns what a feed of some items shows.
func list(t *testing.T, feed string) []catalog.Track {
	t.Helper()
	l, err := serve(t, "/feed.xml", reply(xmlType, feed), Options{}).List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return l.Tracks
}
