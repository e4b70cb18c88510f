package archive

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A fields is one object of the service, as it goes over the wire.
type fields map[string]any

// with returns a copy with one field changed, or removed by nil.
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

// upload returns a file as it was uploaded, tagged as the service does.
func upload(name string) fields {
	return fields{
		"name": name, "source": "original", "format": "Flac", "mtime": "1245274910", "size": "66065",
		"md5": "9366a4b09386bf673c447e33d806d904", "crc32": "2283b5fd", "sha1": "e1c225a0d37282f08685905a4ba1c5d7aec5fa64",
	}
}

// derived returns a file that the service made of another.
func derived(name, original string) fields {
	return upload(name).with("source", "derivative").with("original", original).with("format", "VBR MP3").with("size", "1000")
}

// holds returns what the service tells of an item with files.
func holds(id string, files ...fields) fields {
	return fields{
		"created": 1427273784, "d1": "one.example.com", "server": "one.example.com", "dir": "/7/items/" + id,
		"files": files, "files_count": len(files), "item_size": 114030,
		"metadata": fields{
			"identifier": id, "mediatype": "etree", "title": "The Town Band Live", "creator": "The Town Band",
			"date": "1974-03-05", "year": "1974", "licenseurl": "https://license.example.com/by/4.0/",
			"collection": []string{"etree", "TownBand"},
		},
	}
}

// meta changes a field of an item's metadata, or removes it by nil.
func (f fields) meta(key string, value any) fields {
	return f.with("metadata", f["metadata"].(fields).with(key, value))
}

// A service is a small archive: every search finds all items but "nothing".
type service struct {
	items  []fields
	quirk  bool // a cursor beside a count is not seen
	second int  // length of the pages after the first; 0: 50

	mu   sync.Mutex // guards gone
	gone []*http.Request
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.gone = append(s.gone, r)
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if r.URL.Path == "/services/search/v1/scrape" {
		json.NewEncoder(w).Encode(s.found(r))
		return
	}
	var response any = fields{}
	for _, item := range s.items {
		if id := item["metadata"].(fields)["identifier"]; r.URL.Path == fmt.Sprint("/metadata/", id) {
			response = item
		}
	}
	json.NewEncoder(w).Encode(response)
}

func (s *service) found(r *http.Request) fields {
	if strings.Contains(r.FormValue("q"), "nothing") {
		return fields{"items": []fields{}, "count": 0, "total": 0}
	}
	start, size := 0, s.second
	if size == 0 {
		size = 50
	}
	if count := r.FormValue("count"); count != "" {
		size, _ = strconv.Atoi(count)
	}
	if r.FormValue("count") == "" || !s.quirk {
		fmt.Sscanf(r.FormValue("cursor"), "W3siaWRl%d", &start)
	}
	rows := []fields{}
	end := min(start+size, len(s.items))
	for _, item := range s.items[min(start, len(s.items)):end] {
		m := item["metadata"].(fields)
		rows = append(rows, fields{"identifier": m["identifier"], "title": m["title"], "date": m["date"]})
	}
	response := fields{"items": rows, "count": len(rows), "total": len(s.items)}
	if end < len(s.items) {
		response["cursor"] = fmt.Sprint("W3siaWRl", end)
	}
	return response
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
	opt.Base, opt.Client = server.URL, server.Client()
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

// list lists the item "show" of an archive that has only that.
func list(t *testing.T, opt Options, item fields) []catalog.Track {
	t.Helper()
	l, err := serve(t, &service{items: []fields{item}}, opt).List(t.Context(), "show")
	if err != nil {
		t.Fatal(err)
	}
	return l.Tracks
}

// names returns the names of tracks in a mount, each with the file it stands for.
func names(tracks []catalog.Track) []string {
	var all []string
	for _, t := range tracks {
		all = append(all, catalog.FileName(t, true)+" = "+strings.TrimPrefix(t.ID, "show/"))
	}
	return all
}

// many returns so many items.
func many(n int) []fields {
	var all []fields
	for i := range n {
		all = append(all, holds(fmt.Sprintf("show-%03d", i), upload("01.flac")))
	}
	return all
}
