package itunes

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
)

// reply returns a handler that always says the same.
func reply(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = []string{contentType}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

const (
	js    = "text/javascript; charset=utf-8"
	html  = "<!DOCTYPE html><title>Sign in to the hotel</title>"
	empty = `{"resultCount":0,"results":[]}`
)

func TestBadResponses(t *testing.T) {
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		kind    error
		words   string
	}{
		"html":              {reply(200, "text/html", html), catalog.ErrBadResponse, "text/html"},
		"html as js":        {reply(200, js, html), catalog.ErrBadResponse, "not JSON"},
		"audio":             {reply(200, "audio/mp4", empty), catalog.ErrBadResponse, "audio/mp4"},
		"nothing":           {reply(200, js, ""), catalog.ErrBadResponse, "unexpected end"},
		"truncated":         {reply(200, js, `{"results":[{"trackId":1,"previ`), catalog.ErrBadResponse, "unexpected end"},
		"no end":            {reply(200, js, `{"results":[]`), catalog.ErrBadResponse, "unexpected end"},
		"list":              {reply(200, js, `[]`), catalog.ErrBadResponse, "another kind"},
		"null":              {reply(200, js, `null`), catalog.ErrBadResponse, "no results"},
		"no results":        {reply(200, js, `{"resultCount":0}`), catalog.ErrBadResponse, "no results"},
		"results null":      {reply(200, js, `{"results":null}`), catalog.ErrBadResponse, "no results"},
		"results object":    {reply(200, js, `{"results":{}}`), catalog.ErrBadResponse, "no list"},
		"two responses":     {reply(200, js, empty+empty), catalog.ErrBadResponse, "after top-level value"},
		"deep":              {reply(200, js, `{"x":`+strings.Repeat("[", 1<<20)), catalog.ErrBadResponse, ""},
		"too many rows":     {reply(200, js, `{"results":[`+strings.Repeat(`{},`, lenient.MaxRows)+`{}]}`), catalog.ErrBadResponse, "rows"},
		"an error as row":   {reply(200, js, `{"results":[{"wrapperType":"error","kind":"maintenance","artistName":"x"}]}`), catalog.ErrBadResponse, "no result"},
		"a name alone":      {reply(200, js, `{"results":[{"trackName":"maintenance"},{"primaryGenreName":"x"}]}`), catalog.ErrBadResponse, "no result"},
		"a number alone":    {reply(200, js, `{"results":[{"kind":"error","trackId":503}]}`), catalog.ErrBadResponse, "no result"},
		"no content":        {reply(204, js, ""), catalog.ErrBadResponse, "204"},
		"not found":         {reply(404, "text/html", html), catalog.ErrBadResponse, "404 Not Found"},
		"bad request":       {reply(400, js, `{"errorMessage":"Invalid: [limit]"}`), catalog.ErrBadQuery, "Invalid: [limit]"},
		"bad request, html": {reply(400, "text/html", html), catalog.ErrBadQuery, "400"},
		"message, 200":      {reply(200, js, `{"errorMessage":"no \u001b[31m colours"}`), catalog.ErrBadQuery, "no [31m colours"},
		"unauthorized":      {reply(401, js, ""), catalog.ErrDenied, "401"},
		"broken":            {reply(500, "text/html", html), catalog.ErrUnavailable, "500"},
		"overloaded":        {reply(503, js, ""), catalog.ErrUnavailable, "503"},
		"redirects":         {redirect("/search"), catalog.ErrBadResponse, "redirects"},
		"redirect to file":  {redirect("file:///etc/passwd"), catalog.ErrBadResponse, "scheme"},
		"redirect to itmss": {redirect("itmss://itunes.apple.com/"), catalog.ErrBadResponse, "scheme"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := serve(t, tt.handler, Options{}).Search(t.Context(), "x")
			if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.words) {
				t.Errorf("got %v, want %v with %q", err, tt.kind, tt.words)
			}
			if len(l.Tracks) != 0 {
				t.Errorf("tracks together with an error")
			}
			if err != nil && len(err.Error()) > 300 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
	}
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

func TestGoodResponses(t *testing.T) {
	one := `{"results":[{"trackId":1,"trackName":"B","previewUrl":"http://a/b.m4a"}],"resultCount":1}`
	for name, handler := range map[string]http.HandlerFunc{
		"padded":       reply(200, js, "\n\n\n"+one+"\r\n\n\n"),
		"json":         reply(200, "application/json", one),
		"plain":        reply(200, "text/plain", one),
		"static file":  reply(200, "application/octet-stream", one),
		"odd rows":     reply(200, js, strings.Replace(one, "[", `[5,null,"x",[],`, 1)),
		"extra fields": reply(200, js, strings.Replace(one, "{", `{"x":{"results":[{}]},`, 1)),
		"gzip": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", js)
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			io.WriteString(z, one)
			z.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			if tracks := search(t, serve(t, handler, Options{})); len(tracks) != 1 || tracks[0].Title != "B" {
				t.Errorf("got %+v", tracks)
			}
		})
	}
}

func TestHugeResponseIsCut(t *testing.T) {
	body := &endless{left: 300 << 20}
	s := newSource(t, Options{Env: catalog.Env{Client: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {js}}, Body: body}, nil
	})}}})
	_, err := s.Search(t.Context(), "x")
	if !errors.Is(err, catalog.ErrBadResponse) || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("got %v, want ErrBadResponse", err)
	}
	if body.taken > maxBody+1 {
		t.Errorf("%d bytes read of it", body.taken)
	}
}

// A small body that unpacks to a huge one.
func TestGzipBombIsCut(t *testing.T) {
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(z, &endless{left: maxBody + 1}); err != nil {
		t.Fatal(err)
	}
	z.Close()
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", js)
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(packed.Bytes())
	}), Options{})
	if _, err := s.Search(t.Context(), "x"); !errors.Is(err, catalog.ErrBadResponse) {
		t.Errorf("got %v, want ErrBadResponse", err)
	}
}

func TestConnectionIsLost(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"before the headers": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"after the headers": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", js)
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		},
	} {
		t.Run(name, func(t *testing.T) {
			if l, err := serve(t, handler, Options{}).Search(t.Context(), "x"); err == nil {
				t.Errorf("got %+v, want an error", l)
			}
		})
	}
}

// A call that the service never answers ends with its context, whether it
// stalls before or within the response.
func TestStalledCallEndsWithItsContext(t *testing.T) {
	for name, sent := range map[string]string{"headers": "", "body": `{"results":[`} {
		t.Run(name, func(t *testing.T) {
			arrived := make(chan struct{})
			s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if sent != "" {
					w.Header().Set("Content-Type", js)
					fmt.Fprint(w, sent)
					w.(http.Flusher).Flush()
				}
				close(arrived)
				<-r.Context().Done()
			}), Options{})
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			go func() { <-arrived; cancel() }()
			if _, err := s.Search(ctx, "x"); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want context.Canceled", err)
			}
		})
	}
}

// A query must not stand in the error of every user's log.
func TestUnreachable(t *testing.T) {
	s := newSource(t, Options{Base: "http://127.0.0.1:1", Env: catalog.Env{Client: &http.Client{Transport: roundTripper(
		func(*http.Request) (*http.Response, error) { return nil, errors.New("network is unreachable") })}}})
	_, err := s.Search(t.Context(), "x")
	if err == nil || err.Error() != "itunes: search: 127.0.0.1:1: network is unreachable" {
		t.Errorf("got %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(empty))
	f.Add([]byte("\n\n" + `{"resultCount":1,"results":[{"trackId":"7","trackName":"x",
		"previewUrl":"http://audio.apple.com:80/x.m4a","artworkUrl100":"http://a/100x100bb.jpg"}]}` + "\n"))
	f.Add([]byte(`{"results":[{"collectionId":9e9,"previewUrl":"file:///etc/passwd"},{"previewUrl":["x"]}]}`))
	f.Add([]byte(`{"results":[{"wrapperType":"audiobook","collectionId":9,
		"previewUrl":"https://a/b","releaseDate":"2006-01-02T15:04:05Z"}]}`))
	f.Add([]byte(`{"errorMessage":"\u0000"}`))
	f.Add([]byte(html))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := decode(data)
		if err != nil {
			if !errors.Is(err, catalog.ErrBadResponse) {
				t.Fatalf("%v is not ErrBadResponse", err)
			}
			return
		}
		if a.Rows == nil {
			return
		}
		tracks, _ := toTracks(*a.Rows, Courtesy)
		seen := map[string]bool{}
		for _, track := range tracks {
			checkTrack(t, track)
			if seen[track.ID] {
				t.Errorf("two tracks with the identifier %q", track.ID)
			}
			seen[track.ID] = true
		}
	})
}

func checkTrack(t *testing.T, track catalog.Track) {
	t.Helper()
	number, address := parseID(track.ID)
	switch {
	case catalog.CheckURL(track.URL) != nil:
		t.Errorf("address %q", track.URL)
	case track.Artwork != "" && catalog.CheckURL(track.Artwork) != nil:
		t.Errorf("artwork %q", track.Artwork)
	case number == "" && address == "":
		t.Errorf("Locate would not know the identifier %q", track.ID)
	case address != "" && address != track.URL:
		t.Errorf("identifier %q and address %q differ", track.ID, track.URL)
	case track.Duration < 0 || track.Number < 0:
		t.Errorf("negative: %+v", track)
	}
}
