package index

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A tree is a server of pages by their path, which remembers what was asked for.
type tree struct {
	pages map[string]string

	mu    sync.Mutex // guards asked
	asked []string
}

func (s *tree) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r.URL.EscapedPath())
	s.mu.Unlock()
	page, ok := s.pages[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	kind := "text/html"
	if strings.HasPrefix(page, "[") {
		kind = "application/json"
	}
	w.Header().Set("Content-Type", kind)
	_, _ = io.WriteString(w, page)
}

// serve starts a server for one test and returns the catalog of its folder
// /music/.
func serve(t *testing.T, h http.Handler, opt Options) *Source {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	opt.Base, opt.Client = server.URL+"/music/", server.Client()
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	s, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// one returns a server with one page.
func one(page string) *tree { return &tree{pages: map[string]string{"/music/": page}} }

func list(t *testing.T, s *Source, folder string) catalog.Listing {
	t.Helper()
	l, err := s.List(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func at(minute int) time.Time { return time.Date(2024, 2, 3, 10, minute, 0, 0, time.UTC) }

func TestServers(t *testing.T) {
	for name, tt := range map[string]struct {
		page         string
		exact, dated bool
		rounded      time.Duration
	}{
		"nginx":               {nginxHTML, true, true, time.Minute},
		"nginx, rounded":      {nginxRounded, false, true, time.Minute},
		"nginx, JSON":         {nginxJSON, true, true, 0},
		"Caddy":               {caddyHTML, false, false, 0},
		"Caddy, JSON":         {caddyJSON, true, true, 0},
		"Apache, plain":       {apachePlain, false, false, 0},
		"Apache, fancy":       {apacheFancy, false, false, 0},
		"Apache, table":       {apacheTable, false, false, 0},
		"lighttpd":            {lighttpd, false, false, 0},
		"absolute paths":      {strings.NewReplacer(`href="`, `href="/music/`, `href="/music/.`, `href="/music/.`).Replace(apachePlain), false, false, 0},
		"with mark of order":  {"\uFEFF" + nginxJSON, true, true, 0},
		"some other web page": {`<html><body><a href='a-song-whose-name-is-too-long-for-the-column-of-names.flac'>x</a>` + apachePlain, false, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := list(t, serve(t, one(tt.page), Options{}), "")
			slices.SortFunc(got.Tracks, func(a, b catalog.Track) int { return strings.Compare(a.ID, b.ID) })
			size := func(n int64) int64 {
				if tt.exact {
					return n
				}
				return -1
			}
			when := func(minute int) (t time.Time) {
				if tt.dated {
					t = at(minute)
				}
				return t
			}
			base := strings.TrimSuffix(got.Tracks[0].URL, got.Tracks[0].ID)
			want := catalog.Listing{
				Folders: []catalog.Folder{{ID: "Live/", Title: "Live", Modified: when(20)}, {ID: "100%25%20Blue/", Title: "100% Blue", Modified: when(20)}},
				Tracks: []catalog.Track{
					{ID: "01%20-%20Rain%20&%20%3CSnow%3E%20%231%3F.mp3", Title: "01 - Rain & <Snow> #1?", Type: "audio/mpeg", Ext: ".mp3", Size: size(4321098), Modified: when(21), Precision: tt.rounded},
					{ID: "Front.JPG", Title: "Front.JPG", File: "Front.JPG", Size: size(54321), Modified: when(23), Precision: tt.rounded},
					{ID: "a-song-whose-name-is-too-long-for-the-column-of-names.flac", Title: "a-song-whose-name-is-too-long-for-the-column-of-names",
						Type: "audio/flac", Ext: ".flac", Size: size(12345678), Modified: when(22), Precision: tt.rounded},
				},
			}
			for i := range want.Tracks {
				want.Tracks[i].URL = base + want.Tracks[i].ID
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestAll(t *testing.T) {
	got := list(t, serve(t, one(nginxHTML), Options{All: true}), "")
	i := slices.IndexFunc(got.Tracks, func(t catalog.Track) bool { return t.ID == "notes.txt" })
	if len(got.Tracks) != 4 || i < 0 || got.Tracks[i].File != "notes.txt" || got.Tracks[i].Size != 12 {
		t.Errorf("got %+v", got.Tracks)
	}
}

// Folders are asked for by their names, as the server needs them.
func TestFolders(t *testing.T) {
	server := &tree{pages: map[string]string{
		"/music/":           nginxHTML,
		"/music/100% Blue/": nginxJSON,
		"/music/Live/":      `<html><head><title>Index of /music/Live/</title></head><body><pre><a href="../">../</a></pre></body></html>`,
	}}
	s := serve(t, server, Options{})
	top := list(t, s, "")
	if l := list(t, s, top.Folders[0].ID); len(l.Folders)+len(l.Tracks) != 0 {
		t.Errorf("an empty folder holds %+v", l)
	}
	l := list(t, s, top.Folders[1].ID)
	const id = "100%25%20Blue/01%20-%20Rain%20&%20%3CSnow%3E%20%231%3F.mp3"
	if len(l.Tracks) != 3 || l.Tracks[0].ID != id || l.Tracks[0].Album != "100% Blue" {
		t.Errorf("got %+v", l)
	}
	where, err := s.Locate(t.Context(), id)
	if err != nil || where.URL != s.base+id {
		t.Errorf("located at %+v, %v", where, err)
	}
	if want := []string{"/music/", "/music/Live/", "/music/100%25%20Blue/", "/music/100%25%20Blue/"}; !slices.Equal(server.asked, want) {
		t.Errorf("asked for %q, want %q", server.asked, want)
	}
}

// A server may redirect the folder; what it holds is still asked for below the
// base.
func TestRedirectedFolder(t *testing.T) {
	elsewhere := httptest.NewServer(&tree{pages: map[string]string{"/mirror/": nginxHTML}})
	defer elsewhere.Close()
	s := serve(t, http.RedirectHandler(elsewhere.URL+"/mirror/", http.StatusFound), Options{})
	if l := list(t, s, ""); len(l.Tracks) != 3 || !strings.HasPrefix(l.Tracks[0].URL, s.base) {
		t.Errorf("got %+v", l.Tracks)
	}
}

func TestLeftOutIsLoggedOnce(t *testing.T) {
	var log bytes.Buffer
	level := &slog.HandlerOptions{Level: slog.LevelDebug}
	page := nginxHTML + `<a href="http://other/">x</a><a href="Live/">again</a>`
	list(t, serve(t, one(page), Options{Env: catalog.Env{Logger: slog.New(slog.NewTextHandler(&log, level))}}), "")
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "equal=1 not_audio=1 outside=1") {
		t.Errorf("logged %q", got)
	}
}

func TestOptions(t *testing.T) {
	for query, want := range map[string]string{
		"":        "false",
		"all=1":   "true",
		"all=0":   "false",
		"all=yes": "it must be 0 or 1",
		"every=1": `unknown option "every": known are all`,
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		opt, err := ParseOptions(values)
		got := fmt.Sprint(opt.All)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) {
			t.Errorf("%q: got %q, want %q", query, got, want)
		}
	}
	for _, base := range []string{"", "file:///music/", "https://u:hunter2@host/", "https://host/?x=1", "https://host/#x"} {
		if _, err := New(Options{Base: base}); !errors.Is(err, catalog.ErrInvalidURL) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v, want ErrInvalidURL", base, err)
		}
	}
}
