package itunes

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A fields is one row of the service, as it goes over the wire.
type fields map[string]any

// song returns a row as the store sends it for one song of an album.
func song(id int, artist, title string) fields {
	return fields{
		"wrapperType": "track", "kind": "song",
		"trackId": id, "collectionId": 9000, "artistId": 77,
		"artistName": artist, "trackName": title, "collectionName": "Collected Works",
		"previewUrl":        fmt.Sprintf("https://audio.example.com/preview/%d.p.m4a", id),
		"trackViewUrl":      fmt.Sprintf("https://store.example.com/album/9000?i=%d", id),
		"artworkUrl100":     "https://pictures.example.com/thumb/cover.png/100x100bb.jpg",
		"releaseDate":       "1904-05-06T07:00:00Z",
		"trackNumber":       3,
		"trackTimeMillis":   61500,
		"primaryGenreName":  "Classical",
		"trackExplicitness": "notExplicit",
		"collectionPrice":   -1.00,
	}
}

// with returns a copy of a row with one field changed, or removed by nil.
func (f fields) with(key string, value any) fields {
	g := fields{}
	for k, v := range f {
		g[k] = v
	}
	if g[key] = value; value == nil {
		delete(g, key)
	}
	return g
}

// respondWith writes rows as the service does, padded and as JavaScript.
func respondWith(w http.ResponseWriter, rows ...fields) {
	if rows == nil {
		rows = []fields{}
	}
	body, err := json.Marshal(map[string]any{"resultCount": len(rows), "results": rows})
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	fmt.Fprintf(w, "\n\n\n%s\n\n\n", body)
}

// A service is a small store: search finds every row, lookup the one with the
// number asked for. It remembers the requests that it got.
type service struct {
	rows []fields

	mu   sync.Mutex // guards gone
	gone []*http.Request
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.gone = append(s.gone, r)
	s.mu.Unlock()
	var found []fields
	for _, row := range s.rows {
		id := r.FormValue("id")
		if r.URL.Path == "/search" && r.FormValue("term") != "nothing" ||
			id == fmt.Sprint(row["trackId"]) || id == fmt.Sprint(row["collectionId"]) {
			found = append(found, row)
		}
	}
	respondWith(w, found...)
}

func (s *service) requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gone
}

// serve starts a server for one test and returns a source that asks it.
func serve(t *testing.T, h http.Handler, opt Options) *Source {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	opt.Base = server.URL
	opt.Client = server.Client()
	return newSource(t, opt)
}

func newSource(t *testing.T, opt Options) *Source {
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

// search searches for something and demands a response.
func search(t *testing.T, s *Source) []catalog.Track {
	t.Helper()
	l, err := s.Search(t.Context(), "anything")
	if err != nil {
		t.Fatal(err)
	}
	return l.Tracks
}

// A roundTripper stands for the network where no real server can: on Apple's
// name, or within a bubble of synctest.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// respond answers a request without a server.
func respond(h http.HandlerFunc) *http.Client {
	return &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if err := context.Cause(r.Context()); err != nil {
			return nil, err
		}
		w := httptest.NewRecorder()
		h(w, r)
		resp := w.Result()
		resp.Request = r
		return resp, nil
	})}
}

// endless is a body of n bytes that is never held as a whole. It counts what
// was taken from it.
type endless struct{ left, taken int64 }

var spaces = bytes.Repeat([]byte(" "), 64<<10)

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), e.left)], spaces)
	e.left -= int64(n)
	e.taken += int64(n)
	return n, nil
}

func (e *endless) Close() error { return nil }
