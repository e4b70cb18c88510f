package playlist

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/catalogtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reply returns a handler that always says the same.
func reply(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	}
}

// serve starts a server for one test and returns the playlist at an address of
// it, such as /x.m3u8.
func serve(t *testing.T, address string, h http.Handler) Source {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return newSource(t, Options{URL: server.URL + address, Env: catalog.Env{Client: server.Client()}})
}

func newSource(t *testing.T, opt Options) Source {
	t.Helper()
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	s, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func tracksOf(t *testing.T, s Source) []catalog.Track {
	t.Helper()
	l, err := s.List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return l.Tracks
}

const m3uType = "audio/x-mpegurl"

// The same two entries, as every format and program writes them.
func TestFormats(t *testing.T) {
	utf16 := []byte{0xff, 0xfe}
	for _, r := range "#EXTM3U\r\n#EXTINF:61,Måns - Ö\r\nhttp://host/%C3%96.mp3\r\n#EXTINF:-1,Two\r\nhttp://host/2.ogg" {
		utf16 = append(utf16, byte(r), byte(r>>8))
	}
	for name, tt := range map[string]struct{ address, kind, body string }{
		"m3u8":        {"/x.m3u8", m3uType, "#EXTM3U\n#EXTINF:61,Måns - Ö\nhttp://host/%C3%96.mp3\n\n#EXTINF:-1,Two\nhttp://host/2.ogg\n"},
		"BOM, CRLF":   {"/x", "text/plain", "\uFEFF#EXTM3U\r\n#EXTINF:61,Måns - Ö\r\nhttp://host/Ö.mp3\r\n#EXTINF:0,Two\r\nhttp://host/2.ogg\r\n"},
		"CR":          {"/x.m3u", "", "#EXTM3U\r#EXTINF:61,Måns - Ö\rhttp://host/Ö.mp3\r#EXTINF:0,Two\rhttp://host/2.ogg\r"},
		"Latin-1":     {"/x.m3u", m3uType, "#EXTM3U\r\n#EXTINF:61,M\xe5ns - \xd6\r\nhttp://host/\xd6.mp3\r\n#EXTINF:0,Two\r\nhttp://host/2.ogg"},
		"UTF-16":      {"/x.m3u", m3uType, string(utf16)},
		"attributes":  {"/x.m3u", m3uType, "#EXTINF:61 tvg-name=\"a,b\" x=y,Måns - Ö\nhttp://host/Ö.mp3\n#EXTINF:-1 a=b , Two\nhttp://host/2.ogg"},
		"no heading":  {"/x.m3u?y=z", "text/plain", "#EXTINF:61,Måns - Ö\nhttp://host/Ö.mp3\n# remark\n#EXTINF:0,Two\nhttp://host/2.ogg"},
		"known type":  {"/x", "application/vnd.apple.mpegurl", "#EXTINF:61,Måns - Ö\nhttp://host/Ö.mp3\n#EXTINF:0,Two\nhttp://host/2.ogg"},
		"pls":         {"/x.pls", "audio/x-scpls", "[playlist]\nFile2=http://host/2.ogg\nTitle2=Two\nLength2=-1\nFile1=http://host/Ö.mp3\nTitle1=Måns - Ö\nLength1=61\nNumberOfEntries=2\nVersion=2\n"},
		"pls, spaces": {"/x", "", "[Playlist]\r\nfile7 = http://host/Ö.mp3\r\ntitle7 = Måns - Ö\r\nlength7 = 61\r\nFILE8=http://host/2.ogg\r\nTITLE8=Two\r\n"},
		"xspf": {"/x.xspf", "application/xspf+xml", `<?xml version="1.0" encoding="UTF-8"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><title>T</title><trackList>
			<track><location>file:///a.mp3</location><location> http://host/%C3%96.mp3 </location><title>Ö</title><creator>Måns</creator><duration>61000</duration>
			<extension application="x"><track><location>http://host/no.mp3</location></track></extension></track>
			<track><location>http://host/2.ogg</location><title>Two</title></track></trackList></playlist>`},
		"xspf, extended": {"/x.xspf", "", `<playlist version="1"><extension application="x"><track><location>http://host/no.mp3</location></track>
			<y><location/></y></extension><trackList><track><location>http://host/%C3%96.mp3</location><title>Ö</title><creator>Måns</creator><duration>61000</duration></track>
			<extension application="x"><trackList><track><location>http://host/no.mp3</location></track></trackList></extension>
			<track><location>http://host/2.ogg</location><title>Two</title></track></trackList></playlist>`},
		"xspf, Latin-1": {"/x.xspf", "text/xml", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><playlist><trackList><track><location>http://host/\xd6.mp3</location>" +
			"<title>\xd6</title><creator>M\xe5ns</creator><duration>61000</duration></track><track><location>http://host/2.ogg</location><title>Two</title></track></trackList></playlist>"},
	} {
		t.Run(name, func(t *testing.T) {
			got := tracksOf(t, serve(t, tt.address, reply(tt.kind, tt.body)))
			for i := range got {
				got[i].URL = strings.ReplaceAll(got[i].URL, "Ö", "%C3%96")
				if got[i].URL == "" { // of a list whose address has a query
					got[i].URL = got[i].ID
				}
			}
			want := []catalog.Track{
				{ID: "http://host/%C3%96.mp3", Title: "Ö", Artist: "Måns", Duration: 61 * time.Second, Type: "audio/mpeg", Ext: ".mp3", Size: -1, URL: "http://host/%C3%96.mp3"},
				{ID: "http://host/2.ogg", Title: "Two", Type: "audio/ogg", Ext: ".ogg", Size: -1, URL: "http://host/2.ogg"},
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

// What an entry of a list at http://HOST/music/lists/x.m3u leads to.
func TestEntries(t *testing.T) {
	const last = "http://last/x.ogg" // without which a list may have nothing to use
	for line, want := range map[string]string{
		"song.mp3":                        "/music/lists/song.mp3",
		"Some Song.mp3":                   "/music/lists/Some%20Song.mp3",
		"100%.mp3":                        "/music/lists/100%25.mp3",
		"Song #1.mp3":                     "/music/lists/Song%20%231.mp3",
		"Why?.mp3":                        "/music/lists/Why%3F.mp3",
		"a%20b.mp3?x=1":                   "/music/lists/a%20b.mp3?x=1",
		"../song.mp3":                     "/music/song.mp3",
		"../../../../../../etc/passwd":    "/etc/passwd", // of the server
		"/song.mp3":                       "/song.mp3",
		"./song.mp3":                      "/music/lists/song.mp3",
		"http://other.example.org/a.mp3":  "http://other.example.org/a.mp3",
		"//other.example.org/a.mp3":       "http://other.example.org/a.mp3",
		"HTTPS://other.example.org/a.mp3": "https://other.example.org/a.mp3",
		"file:///etc/passwd":              "",
		"file://host/etc/passwd":          "",
		"C:\\Music\\a.mp3":                "",
		"ftp://host/a.mp3":                "",
		"javascript:alert(1)":             "",
		"Artist: Title.mp3":               "/music/lists/Artist:%20Title.mp3",
		"Artist: Why?":                    "/music/lists/Artist:%20Why%3F",
		"spotify:track:1":                 "",
		"rtsp://%zz/":                     "",
		"http:///a.mp3":                   "",
		"other.m3u8":                      "",
		"https://host/other.pls?x":        "",
		"cover.jpg":                       "",
	} {
		s := serve(t, "/music/lists/x.m3u", reply(m3uType, "#EXTM3U\n"+line+"\n"+last+"\n"))
		got := ""
		for _, track := range tracksOf(t, s) {
			if track.URL == last {
				continue
			}
			at, err := s.Locate(t.Context(), track.ID)
			if err != nil || at.URL != track.URL {
				t.Errorf("%s: located at %+v, %v", line, at, err)
			}
			got += track.URL
		}
		if strings.HasPrefix(want, "/") {
			_, path, _ := strings.Cut(strings.TrimPrefix(got, "http://"), "/")
			got = "/" + path
		}
		if got != want {
			t.Errorf("%q leads to %q, want %q", line, got, want)
		}
	}
}

func TestOrderAndEqualEntries(t *testing.T) {
	got := tracksOf(t, serve(t, "/x.m3u", reply(m3uType, "c.mp3\nb.mp3?id=1\nb.mp3?id=2\nc.mp3\na.mp3\n")))
	var titles []string
	ids := map[string]bool{}
	for _, track := range got {
		titles = append(titles, track.Title)
		ids[track.ID] = true
	}
	if strings.Join(titles, "") != "cbba" || len(ids) != 4 {
		t.Errorf("got %q with %d IDs", titles, len(ids))
	}
}

func TestBadLists(t *testing.T) {
	long := "#EXTM3U\n" + strings.Repeat("x\n", maxEntries+1)
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		kind    error
		words   string
	}{
		"nothing":      {reply("text/plain", ""), catalog.ErrBadResponse, "no playlist"},
		"a page":       {reply("text/html", "<!DOCTYPE html><html><body><p>Sign in"), catalog.ErrBadResponse, `no playlist, but a document of type "html"`},
		"JSON":         {reply("application/json", `{"tracks":[]}`), catalog.ErrBadResponse, "application/json"},
		"audio":        {reply("audio/mpeg", "ID3\x04"), catalog.ErrBadResponse, "audio/mpeg"},
		"XML":          {reply("text/xml", "<rss/>"), catalog.ErrBadResponse, `"rss"`},
		"cut XML":      {reply("text/xml", "<playlist><trackList><track>"), catalog.ErrBadResponse, "EOF"},
		"deep XML":     {reply("text/xml", "<playlist><track>"+strings.Repeat("<a>", 1_000_000)), catalog.ErrBadResponse, "more in it"},
		"long tag":     {reply("text/xml", "<playlist "+strings.Repeat("a='' ", 1_000_000)+"/>"), catalog.ErrBadResponse, "more in it"},
		"entities":     {reply("text/xml", `<!DOCTYPE x [<!ENTITY a "aa">]><playlist><track><title>&a;</title></track></playlist>`), catalog.ErrBadResponse, "entity"},
		"HLS":          {reply(m3uType, "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\na.ts\n"), catalog.ErrBadResponse, "HLS"},
		"HLS master":   {reply(m3uType, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow/index.m3u8\n"), catalog.ErrBadResponse, "HLS"},
		"many entries": {reply(m3uType, long), catalog.ErrBadResponse, "more than 100000 entries"},
		"many in PLS":  {reply("", "[playlist]\n"+numbered("File%d=x\n")), catalog.ErrBadResponse, "more than 100000 entries"},
		"many in XSPF": {reply("", "<playlist>"+strings.Repeat("<track/>", maxEntries+1)), catalog.ErrBadResponse, "more than 100000 entries"},
		"long":         {reply(m3uType, "#EXTM3U\n"+strings.Repeat(" ", maxBody)), catalog.ErrBadResponse, "longer than"},
		"gone":         {http.NotFound, catalog.ErrNotFound, "404"},
		"redirect local": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		}, catalog.ErrBadResponse, "scheme"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := serve(t, "/list?auth=hunter2", tt.handler).List(t.Context(), "")
			if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.words) || len(l.Tracks) > 0 {
				t.Fatalf("got %d tracks, %v; want %v with %q", len(l.Tracks), err, tt.kind, tt.words)
			}
			if len(err.Error()) > 400 || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error %.500q", err)
			}
		})
	}
}

func numbered(format string) string {
	var b strings.Builder
	for i := range maxEntries + 1 {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func TestNewRefuses(t *testing.T) {
	for _, opt := range []Options{{}, {URL: "file:///x.m3u"}, {URL: "https://u:hunter2@host/x"}, {URL: "https://host/x#y"},
		{File: "x.m3u"}, {File: "/x.m3u", URL: "https://host/x"}} {
		if _, err := New(opt); !errors.Is(err, catalog.ErrInvalidURL) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%+v: %v, want ErrInvalidURL", opt, err)
		}
	}
}

// hostile is a list that no honest program writes, with some odd lines that do
// occur.
const hostile = "\uFEFF#EXTM3U\r\n#EXTINF:5,../../x - ../../tune\r\nhttp://host/1.mp3\r\nhttp://host/1.mp3\r\n" +
	"#EXTINF:NaN,tune\x00\u202E\r\n../../2.mp3?a\r\n#EXTINF:1e300,tune\r\n../../2.mp3?b\r\nfile:///etc/passwd\r\n" +
	"#EXTINF:,playlist.m3u8\r\nhttp://host/playlist\r\n#EXTINF\r\nhttp://host/tune.mp3.pause\r\n/\r\n?\r\n#\r\nhttp://host/tune/\r\n"

func TestConformance(t *testing.T) {
	catalogtest.Run(t, func(t *testing.T) catalogtest.Service {
		server := catalogtest.NewSwitch(reply(m3uType, hostile))
		s := serve(t, "/x.m3u8", server)
		return catalogtest.Service{Source: s, Query: "tune", Nothing: "submarine", Stall: server.Stall, Serve: server.Serve}
	})
}
