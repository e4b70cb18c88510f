package index

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/catalogtest"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

func TestBadPages(t *testing.T) {
	for name, tt := range map[string]struct{ page, words string }{
		"nothing":          {"", "no list of a folder"},
		"text":             {"It works!", "no list of a folder"},
		"a page":           {`<!DOCTYPE html><title>Sign in</title><a href="https://other/">x</a>`, "no list of a folder"},
		"a sign-in":        {`<title>Sign in</title><a href="forgot.php">x</a> <a href="register">y</a> <a href="help.HTML">z</a>`, "no list of a folder"},
		"a link home":      {`<title>Not found</title><a href="/">Home</a>`, "no list of a folder"},
		"XML":              {`<?xml version="1.0"?><rss/>`, "no list of a folder"},
		"other JSON":       {`[1,2,"x",{}]`, "no list of a folder"},
		"an object":        {`{"name":"a.mp3"}`, "no list of a folder"},
		"cut JSON":         {`[{"name":"a.mp3"`, "ends too early"},
		"cut list":         {`[{"name":"a.mp3"}`, "ends too early"},
		"deep JSON":        {`[{"name":` + strings.Repeat("[", 1_000_000), ""},
		"too many rows":    {"[" + strings.Repeat("0,", catalog.MaxRows) + "0]", "more than 200,000"},
		"too many anchors": {strings.Repeat("<a href=x>", catalog.MaxRows+1), "more than 200,000"},
		"too long":         {"<" + strings.Repeat(" ", maxBody), "longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := serve(t, one(tt.page), Options{}).List(t.Context(), "")
			if !errors.Is(err, catalog.ErrBadResponse) || !strings.Contains(err.Error(), tt.words) || len(l.Tracks) > 0 {
				t.Errorf("got %d tracks, %v; want ErrBadResponse with %q", len(l.Tracks), err, tt.words)
			}
		})
	}
}

func TestLenientJSON(t *testing.T) {
	const page = `[{"name":"a.mp3","type":"file","size":"12"},{"name":"b.mp3","type":"file","size":-5,"mtime":7},{"name":7},
		{"name":"../x.mp3"},{"name":".."},{"name":"a/b.mp3"},{"name":"c.mp3","is_dir":"no","size":9},{"name":"d.mp3","is_symlink":true,"size":9},5]`
	got := ""
	for _, track := range list(t, serve(t, one(page), Options{}), "").Tracks {
		got += fmt.Sprintf("%s %d, ", track.ID, track.Size)
	}
	if want := "a.mp3 12, b.mp3 -1, c.mp3 9, d.mp3 -1, "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// loop is a server each of whose folders holds a song, and itself again.
func loop() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one(`[{"name":"song.mp3","size":1},{"name":"loop","type":"directory"}]`).ServeHTTP(w, &http.Request{URL: &url.URL{Path: "/music/"}})
	})
}

// A folder within itself ends at some depth.
func TestLoop(t *testing.T) {
	s := serve(t, loop(), Options{})
	folder := ""
	for depth := 0; ; depth++ {
		l := list(t, s, folder)
		if len(l.Folders) == 0 {
			if depth != catalog.MaxDepth {
				t.Errorf("the loop ends at depth %d, want %d", depth, catalog.MaxDepth)
			}
			break
		}
		folder = l.Folders[0].ID
	}
	if _, err := s.List(t.Context(), folder+"loop/"); !errors.Is(err, catalog.ErrNotFound) {
		t.Errorf("below that: %v, want ErrNotFound", err)
	}
}

// What is no identifier of ours costs no request.
func TestUnknownIDs(t *testing.T) {
	server := one(nginxHTML)
	s := serve(t, server, Options{})
	for _, id := range []string{"..", "../", "../x", "/", "//", "a", "a//", "/a/", "%2e%2e/", "a%2Fb/", "%zz/", "%41/", "a?x/", "a b/", "ü/", "a%00b/"} {
		if _, err := s.List(t.Context(), id); !errors.Is(err, catalog.ErrNotFound) {
			t.Errorf("folder %q: %v, want ErrNotFound", id, err)
		}
		if _, err := s.Locate(t.Context(), id+"x?"); !errors.Is(err, catalog.ErrNotFound) {
			t.Errorf("track %q: %v, want ErrNotFound", id+"x?", err)
		}
	}
	if len(server.asked) > 0 {
		t.Errorf("asked for %q", server.asked)
	}
}

// hostile is a page that no honest server sends, with some odd names that do
// occur.
const hostile = `<html><head><title>Index of /</title></head><body><pre><a href="../">../</a>
<a href="song.mp3">song</a>  03-Feb-2024 10:21  99999999999999999999
<a href="song.mp3">song again</a>
<a href="song.MP3">song</a>  99-Zzz-0000 99:99  5
<a href="song%20..%5c..%5cx.mp3">song</a>
<a href="song%E2%80%AEgpj.exe.ogg">song</a>
<a href="song%FF.mp3">song</a>
<a href="song.mp3.pause">song</a>
<a href="playlist.m3u8">song</a>
<a href=".hidden%20song.mp3">song</a>
<a href="...mp3">song</a>
<a href="song/">song</a>
<a href="cover.jpg">song</a>
<a href="../../etc/passwd">song</a>
<a href="file:///etc/passwd">song</a>
<a href>song</a><a>song</a>
</pre></body></html>`

func TestConformance(t *testing.T) {
	catalogtest.Run(t, func(t *testing.T) catalogtest.Service {
		pages := &tree{pages: map[string]string{"/music/": hostile, "/music/song/": nginxJSON, "/music/song/Live/": "[]", "/music/song/100% Blue/": "[]"}}
		server := catalogtest.NewSwitch(pages)
		s := serve(t, server, Options{All: true})
		return catalogtest.Service{Source: s, Query: "song", Nothing: "submarine", Stall: server.Stall, Serve: server.Serve}
	})
}

func FuzzDecode(f *testing.F) {
	for _, page := range []string{nginxHTML, nginxRounded, nginxJSON, caddyJSON, caddyHTML, apachePlain, apacheFancy, apacheTable, lighttpd, hostile, "null"} {
		f.Add([]byte(page))
	}
	s, err := New(Options{Base: "https://host/music/"})
	if err != nil {
		f.Fatal(err)
	}
	page := &url.URL{Scheme: "https", Host: "host", Path: "/music/sub/"}
	f.Fuzz(func(t *testing.T, data []byte) {
		skipped := skip.Count{}
		entries, err := decode(&web.Response{URL: page, Body: data}, skipped)
		if err != nil {
			if !errors.Is(err, catalog.ErrBadResponse) {
				t.Fatalf("%v is not ErrBadResponse", err)
			}
			return
		}
		l, err := s.listing("sub/", entries, skipped)
		if err != nil {
			t.Fatal(err)
		}
		for _, track := range l.Tracks {
			if !isID(track.ID, false) || !strings.HasPrefix(track.ID, "sub/") || track.URL != s.base+track.ID ||
				catalog.CheckURL(track.URL) != nil || track.Size == 0 || track.Size < -1 {
				t.Errorf("got %+v", track)
			}
		}
		for _, folder := range l.Folders {
			if !isID(folder.ID, true) || !strings.HasPrefix(folder.ID, "sub/") {
				t.Errorf("got %+v", folder)
			}
		}
	})
}

// Entries of a few bytes in a folder with a long path do not add up to gigabytes.
func TestLongPath(t *testing.T) {
	const entries = 20_000
	folder := strings.Repeat("x", 7<<10)
	var page strings.Builder
	for i := range entries {
		fmt.Fprintf(&page, `,{"name":"%d.mp3","size":7}`, i)
	}
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "[%s]", page.String()[1:])
	}), Options{})
	if l, err := s.List(t.Context(), folder+"/"); !errors.Is(err, catalog.ErrTooMuchText) {
		t.Errorf("%d tracks, %v; want ErrTooMuchText", len(l.Tracks), err)
	}
}
