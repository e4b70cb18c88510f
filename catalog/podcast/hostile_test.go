package podcast

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/catalogtest"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
	"github.com/tunesfs/tunesfs/catalog/internal/xmlbound"
)

func TestBadFeeds(t *testing.T) {
	deep := strings.Repeat("<x:a>", 3_000_000)
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		kind    error
		words   string
	}{
		"nothing":            {reply(xmlType, ""), catalog.ErrBadResponse, "no feed"},
		"a page":             {reply("text/html", "<!DOCTYPE html><html><body><p>Sign in"), catalog.ErrBadResponse, "text/html"},
		"a page as XML":      {reply(xmlType, "<html><body>Sign in</body></html>"), catalog.ErrBadResponse, "no feed"},
		"JSON":               {reply("application/feed+json", `{"version":"https://jsonfeed.org/version/1"}`), catalog.ErrBadResponse, "JSON"},
		"cut":                {reply(xmlType, rss()[:300]), catalog.ErrBadResponse, "EOF"},
		"50 MB":              {reply(xmlType, rss(strings.Repeat(" ", 50<<20))), catalog.ErrBadResponse, "longer than"},
		"no channel":         {reply(xmlType, `<rss version="2.0"></rss>`), catalog.ErrBadResponse, "no channel"},
		"an empty root":      {reply(xmlType, `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>`), catalog.ErrBadResponse, "no channel"},
		"deep":               {reply(xmlType, rss("<item>"+deep)), catalog.ErrBadResponse, "more in it"},
		"many elements":      {reply(xmlType, rss(strings.Repeat("<a/>", maxElements))), catalog.ErrBadResponse, "more in it"},
		"many episodes":      {reply(xmlType, rss(strings.Repeat("<item/>", maxEpisodes+1))), catalog.ErrBadResponse, "more in it"},
		"many attributes":    {reply(xmlType, rss("<a "+strings.Repeat("b='' ", 101)+"/>")), catalog.ErrBadResponse, "more in it"},
		"an endless tag":     {reply(xmlType, rss("<a "+strings.Repeat("b ", xmlbound.MaxToken)+"/>")), catalog.ErrBadResponse, "more in it"},
		"an endless root":    {reply(xmlType, "<rss "+strings.Repeat("b ", 15<<20)+"/>"), catalog.ErrBadResponse, ""},
		"unknown characters": {reply(xmlType, `<?xml version="1.0" encoding="klingon"?><rss/>`), catalog.ErrBadResponse, ""},
		"no episode of any":  {reply(xmlType, rss("<item><title>Maintenance</title></item>")), catalog.ErrBadResponse, "none of its 1 entries"},
		"a notice":           {reply(xmlType, rss(item("1", "A", "", "file:///notice"))), catalog.ErrBadResponse, "none of its 1 entries"},
		"gone":               {http.NotFound, catalog.ErrNotFound, "404"},
		"refused": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
			catalog.ErrDenied, "403"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := serve(t, "/?auth=hunter2", tt.handler, Options{}).List(t.Context(), "")
			if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.words) {
				t.Fatalf("got %d tracks, %v; want %v with %q", len(l.Tracks), err, tt.kind, tt.words)
			}
			if len(err.Error()) > 400 || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error %.500q", err)
			}
		})
	}
}

// Entities that stand for more of themselves stay what they are: text.
func TestEntityBomb(t *testing.T) {
	bomb := `<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
		<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY file SYSTEM "file:///etc/passwd">]>`
	feed := strings.Replace(rss(item("1", "&c;&file;", "", "https://x/a.mp3")), "<rss", bomb+"<rss", 1)
	if got := list(t, feed)[0].Title; len(got) > 100 || strings.Contains(got, "root") {
		t.Errorf("the title is %.200q", got)
	}
}

func TestOldEncoding(t *testing.T) {
	feed := strings.Replace(rss(item("1", "M\xfcll", "", "https://x/a.mp3")), "UTF-8", "ISO-8859-1", 1)
	if got := list(t, feed)[0].Title; got != "Müll" {
		t.Errorf("the title is %q", got)
	}
}

// A document that takes long is left when its reader has gone.
func TestParsingEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	resp := &web.Response{URL: &url.URL{}, Body: []byte(rss())}
	if _, err := read(ctx, nil, resp); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

// hostile are items that no honest feed has, and some odd ones that do occur.
func hostile() []string {
	date := "Mon, 01 Jan 2024 06:00:00 +0000"
	return []string{
		item("1", "Nets", date, "https://x/1.mp3"),
		item("1", "Nets", date, "https://x/1.mp3"),
		item("1", "Other", date, "https://x/2.mp3"),
		item("", "Nets", date, "https://x/3.mp3?a=1"),
		item("", "Nets", date, "https://x/3.mp3?a=2"),
		item("cover", "cover.jpg", date, "https://x/4.mp3"),
		item("../../x", "../../Nets", "0000-00-00", "https://x/5.mp3"),
		item("5", "Nets.mp3.pause", "", "https://x/6"),
		item(strings.Repeat("é", 4000), strings.Repeat("Nets", 4000), date, "https://x/7.mp3"),
		item("8", "Nets \u202Egpj.exe\u2028", date, "https://x/8.sh"),
		item("9", "Nets", date, "file:///etc/passwd"),
		item("10", "Nets", date, "javascript:alert(1)"),
		item("11", "Nets", date, "https://x/"+strings.Repeat("x", 10_000)),
	}
}

func TestConformance(t *testing.T) {
	catalogtest.Run(t, func(t *testing.T) catalogtest.Service {
		server := catalogtest.NewSwitch(reply(xmlType, rss(hostile()...)))
		s := serve(t, "/", server, Options{})
		return catalogtest.Service{Source: s, Query: "nets", Nothing: "submarine", Stall: server.Stall, Serve: server.Serve}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(rss(hostile()...)))
	f.Add([]byte(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="enclosure" href="https://x/1.ogg"/></entry></feed>`))
	f.Add([]byte(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><item><enclosure url="a.mp3"/></item></rdf:RDF>`))
	f.Add([]byte(`<?xml version="1.0" encoding="UTF-16"?><rss></rss>`))
	f.Add([]byte("\xEF\xBB\xBF <rss version='0.91'><channel><image><url>x.png</url></image></channel></rss>"))
	at := &url.URL{Scheme: "https", Host: "host", Path: "/feed.xml"}
	f.Fuzz(func(t *testing.T, data []byte) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		content, err := read(ctx, nil, &web.Response{URL: at, Body: data})
		if err != nil {
			if !errors.Is(err, catalog.ErrBadResponse) {
				t.Fatalf("%v is not ErrBadResponse", err)
			}
			return
		}
		for _, row := range content.Rows {
			if err := catalog.CheckURL(row.URL); err != nil {
				t.Errorf("address %q: %v", row.URL, err)
			}
			if row.Size != -1 || row.Duration < 0 || len(row.Marks) == 0 {
				t.Errorf("got %+v", row)
			}
		}
	})
}
