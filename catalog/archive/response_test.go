package archive

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(err)
	}
}

// reply returns a handler that always says the same.
func reply(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

const (
	jsonType = "application/json"
	html     = "<!DOCTYPE html><title>Sign in to the hotel</title>"
)

func TestBadResponses(t *testing.T) {
	for name, tt := range map[string]struct {
		handler      http.HandlerFunc
		search, list error // of which kind; nil: no error
		words        string
	}{
		"html":          {reply(200, "text/html", html), catalog.ErrBadResponse, catalog.ErrBadResponse, "text/html"},
		"html as json":  {reply(200, jsonType, html), catalog.ErrBadResponse, catalog.ErrBadResponse, "not JSON"},
		"nothing":       {reply(200, jsonType, ""), catalog.ErrBadResponse, catalog.ErrBadResponse, ""},
		"cut":           {reply(200, jsonType, `{"items":[{"identi`), catalog.ErrBadResponse, catalog.ErrBadResponse, ""},
		"empty object":  {reply(200, jsonType, `{}`), catalog.ErrBadResponse, catalog.ErrNotFound, ""},
		"empty list":    {reply(200, jsonType, `[]`), catalog.ErrBadResponse, catalog.ErrNotFound, ""},
		"null":          {reply(200, jsonType, `null`), catalog.ErrBadResponse, catalog.ErrBadResponse, ""},
		"number":        {reply(200, jsonType, `5`), catalog.ErrBadResponse, catalog.ErrBadResponse, ""},
		"lists as text": {reply(200, jsonType, `{"items":"x","files":"x"}`), catalog.ErrBadResponse, catalog.ErrBadResponse, "list"},
		"too many": {reply(200, jsonType, `{"items":[`+strings.Repeat("{},", 100_000)+`{}],"files":[`+strings.Repeat("{},", 100_000)+`{}]}`),
			catalog.ErrBadResponse, catalog.ErrBadResponse, "rows"},
		"deep": {reply(200, jsonType, `{"x":`+strings.Repeat("[", 1<<20)), catalog.ErrBadResponse, catalog.ErrBadResponse, ""},
		"error, 200": {reply(200, jsonType, `{"error":"out of\u001b[31m order"}`), catalog.ErrUnavailable, catalog.ErrUnavailable,
			"out of [31m order"},
		"error, 400": {reply(400, jsonType, `{"error":"range count","errorType":"RangeException"}`), catalog.ErrBadQuery, catalog.ErrBadQuery,
			"range count"},
		"dark":       {reply(200, jsonType, `{"is_dark":true,"metadata":{"identifier":"show"}}`), catalog.ErrBadResponse, catalog.ErrDenied, ""},
		"forbidden":  {reply(403, "text/html", html), catalog.ErrDenied, catalog.ErrDenied, "403"},
		"gone":       {reply(404, "text/html", html), catalog.ErrNotFound, catalog.ErrNotFound, "404"},
		"broken":     {reply(500, "text/html", html), catalog.ErrUnavailable, catalog.ErrUnavailable, "500"},
		"overloaded": {reply(503, jsonType, ""), catalog.ErrUnavailable, catalog.ErrUnavailable, "503"},
		"too often":  {reply(429, jsonType, ""), catalog.ErrRateLimited, catalog.ErrRateLimited, ""},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := serve(t, tt.handler, Options{}).Search(t.Context(), "x")
			check(t, "search", l, err, tt.search, tt.words)
			l, err = serve(t, tt.handler, Options{}).List(t.Context(), "show")
			check(t, "item", l, err, tt.list, "")
		})
	}
}

func check(t *testing.T, what string, l catalog.Listing, err, want error, words string) {
	t.Helper()
	if !errors.Is(err, want) || err != nil && !strings.Contains(err.Error(), words) {
		t.Errorf("%s: got %v, want %v with %q", what, err, want, words)
	}
	if len(l.Tracks)+len(l.Folders) > 0 || err != nil && len(err.Error()) > 300 {
		t.Errorf("%s: %d entries with an error of %d bytes", what, len(l.Tracks)+len(l.Folders), len(err.Error()))
	}
}

// An item whose audio is all for members says so, rather than to look empty.
func TestPrivateFiles(t *testing.T) {
	open, shut := upload("a.flac"), upload("b.flac").with("private", "true")
	if got := list(t, Options{}, holds("show", open, shut)); len(got) != 1 {
		t.Errorf("got %+v", got)
	}
	src := serve(t, &service{items: []fields{holds("show", shut, upload("cover.jpg"))}}, Options{})
	if _, err := src.List(t.Context(), "show"); !errors.Is(err, catalog.ErrDenied) {
		t.Errorf("got %v, want ErrDenied", err)
	}
	empty := serve(t, &service{items: []fields{holds("show", upload("text.pdf"))}}, Options{})
	if l, err := empty.List(t.Context(), "show"); err != nil || len(l.Tracks) > 0 {
		t.Errorf("an item without audio: %+v, %v", l, err)
	}
}

// The service's word on when to come back is heeded.
func TestRetryAfter(t *testing.T) {
	calls := 0
	src := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusServiceUnavailable)
	}), Options{})
	for range 3 {
		_, err := src.Search(t.Context(), "x")
		limited, ok := errors.AsType[*catalog.RateLimitError](err)
		if !ok || time.Until(limited.Retry) > 30*time.Second {
			t.Errorf("got %v", err)
		}
	}
	if calls != 1 {
		t.Errorf("%d calls while the service wanted none", calls)
	}
}

// No name of a file leads out of its item.
func TestHostileNames(t *testing.T) {
	item := holds("show", upload("good.flac"))
	var files []fields
	for _, name := range []string{"../x.flac", "a/../../x.flac", "/etc/x.flac", "a//b.flac", "./x.flac", "", "a\x00.flac", "a\nb.flac", strings.Repeat("x", 2000) + ".flac"} {
		files = append(files, upload(name))
	}
	got := list(t, Options{}, item.with("files", append(files, upload("good.flac"))))
	if len(got) != 1 || got[0].ID != "show/good.flac" {
		t.Errorf("got %+v", got)
	}
}

func FuzzDecode(f *testing.F) {
	for _, v := range []any{holds("show", upload("a.flac"), derived("a.mp3", "a.flac"), upload("cover.jpg")),
		fields{"items": []fields{{"identifier": "a", "title": []string{"x"}}}, "cursor": "c"},
		holds("show", upload("../x").with("track", "1/2").with("length", "3:45").with("private", true))} {
		data, err := json.Marshal(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(html))
	f.Add([]byte(`{"error":["x"],"is_dark":"true"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if found, err := decodeFound(data); err == nil {
			folders, _, _ := found.folders()
			for _, folder := range folders {
				if !isIdentifier(folder.ID) || folder.Title == "" {
					t.Errorf("folder %+v", folder)
				}
			}
		} else if !errors.Is(err, catalog.ErrBadResponse) && !errors.Is(err, catalog.ErrUnavailable) {
			t.Errorf("search: %v", err)
		}
		i, err := decodeItem(data)
		if err != nil {
			return
		}
		base, _ := web.ParseBase("http://host/")
		files, _ := i.usable()
		for _, format := range formats {
			for _, track := range i.tracks(site{base}, "show", format, files) {
				checkTrack(t, track)
			}
		}
	})
}

func checkTrack(t *testing.T, track catalog.Track) {
	t.Helper()
	item, name, ok := parseID(track.ID)
	switch {
	case !ok || item != "show" || name == "":
		t.Errorf("Locate would not know the identifier %q", track.ID)
	case catalog.CheckURL(track.URL) != nil || !strings.HasPrefix(track.URL, "http://host/download/show/"):
		t.Errorf("address %q", track.URL)
	case track.Duration < 0 || track.Number < 1 || track.Size == 0 || track.Size < -1:
		t.Errorf("numbers: %+v", track)
	case track.Ext == "" || track.Title == "":
		t.Errorf("no name: %+v", track)
	}
}

// Errors say whose they are once.
func TestErrorsNameTheCatalogOnce(t *testing.T) {
	src := serve(t, reply(500, "text/html", html), Options{})
	_, err := src.List(t.Context(), "show")
	_, searchErr := src.Search(t.Context(), "x")
	if got := fmt.Sprint(err, "; ", searchErr); strings.Count(got, "archive:") != 2 {
		t.Errorf("got %s", got)
	}
}
