package demo

import (
	"bytes"
	"encoding/json"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"
)

// A response is what a server said.
type response struct {
	status int
	header http.Header
	body   []byte
}

// get asks for url over a connection of its own.
func get(t *testing.T, url string, header map[string]string) response {
	t.Helper()
	return ask(t, http.MethodGet, url, header)
}

func ask(t *testing.T, method, url string, header map[string]string) response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{resp.StatusCode, resp.Header, body}
}

// validators are what tells two versions of a file apart.
type validators struct{ etag, modified, length string }

func head(t *testing.T, url string) validators {
	t.Helper()
	h := ask(t, http.MethodHead, url, nil).header
	return validators{h.Get("ETag"), h.Get("Last-Modified"), h.Get("Content-Length")}
}

func TestSearchAndLookup(t *testing.T) {
	base := start(t, 0).url
	for _, test := range []struct {
		path string
		want string // titles, or the error
	}{
		{"search?term=BEETHOVEN", "Ode to Joy, Für Elise"},
		{"search?term=fur+elise", "Für Elise"},
		{"search?term=f%C3%BCr", "Für Elise"},
		{"search?term=frere", "Frère Jacques"},
		{"search?term=%D0%BA%D0%BE%D1%80%D0%BE%D0%B1%D0%B5%D0%B9%D0%BD%D0%B8%D0%BA%D0%B8", "Korobeiniki (Коробейники)"},
		{"search?term=bach+minuet", "Minuet in G"},
		{"search?term=hymn", "Amazing Grace, Jingle Bells"},
		{"search?term=twinkle", "Ah! vous dirai-je, maman"},
		{"search?term=eethoven", ""},
		{"search?term=beethoven+bach", ""},
		{"search?term=!!!", ""},
		{"search?term=classical&limit=1", "Ode to Joy"},
		{"search?term=beethoven&media=podcast", ""},
		{"search?term=beethoven&country=de&media=music&entity=song&lang=en_us", "Ode to Joy, Für Elise"},
		{"lookup?id=104", "Für Elise"},
		{"lookup?id=104,101,104,9&entity=song", "Für Elise, Ode to Joy"},
		{"lookup?id=7", ""},
		{"search", "Invalid value(s) for key(s): [term]"},
		{"search?term=%zz", "Invalid value(s) for key(s): [term]"},
		{"search?term=a&limit=0", "Invalid value(s) for key(s): [limit]"},
		{"search?term=a&limit=201", "Invalid value(s) for key(s): [limit]"},
		{"search?term=a&country=germany", "Invalid value(s) for key(s): [country]"},
		{"lookup", "Invalid value(s) for key(s): [id]"},
		{"lookup?id=x", "Invalid value(s) for key(s): [id]"},
	} {
		if got := titles(t, get(t, base+test.path, nil)); got != test.want {
			t.Errorf("%s: %s, want %s", test.path, got, test.want)
		}
	}
}

func TestSearchForEverything(t *testing.T) {
	base := start(t, 0).url
	for _, term := range []string{"", "demo", "All", "*", "+"} {
		got := strings.Count(titles(t, get(t, base+"search?term="+term, nil)), ", ")
		if got < 11 { // one title has a comma of its own
			t.Errorf("term %q finds %d tunes", term, got)
		}
	}
}

// titles reads a response in Apple's form.
func titles(t *testing.T, a response) string {
	t.Helper()
	if kind := a.header.Get("Content-Type"); kind != "text/javascript; charset=utf-8" {
		t.Errorf("Content-Type %q", kind)
	}
	var body struct {
		ErrorMessage string
		ResultCount  int
		Results      []struct {
			WrapperType, Kind, TrackName, PreviewURL, ReleaseDate string
			TrackID, TrackNumber, TrackCount, TrackTimeMillis     int
		}
	}
	if err := json.Unmarshal(a.body, &body); err != nil {
		t.Fatalf("%v in %q", err, a.body)
	}
	if (a.status == http.StatusBadRequest) != (body.ErrorMessage != "") {
		t.Errorf("status %d with error %q", a.status, body.ErrorMessage)
	}
	if a.status != http.StatusOK {
		return body.ErrorMessage
	}
	if !bytes.HasPrefix(a.body, []byte("\n\n\n{\n")) || body.ResultCount != len(body.Results) {
		t.Errorf("count %d in %q", body.ResultCount, a.body)
	}
	var names []string
	for _, r := range body.Results {
		names = append(names, r.TrackName)
		if r.WrapperType != "track" || r.Kind != "song" || r.TrackID == 0 || r.TrackNumber < 1 || r.TrackNumber > r.TrackCount ||
			r.TrackTimeMillis < 30_000 || r.TrackTimeMillis > 60_000 || !strings.HasSuffix(r.ReleaseDate, "T00:00:00Z") {
			t.Errorf("row %+v", r)
		}
	}
	return strings.Join(names, ", ")
}

func TestPreview(t *testing.T) {
	url := start(t, -1).url + "preview/amazing-grace.wav"
	whole := get(t, url, nil)
	etag, modified := whole.header.Get("ETag"), whole.header.Get("Last-Modified")
	if whole.status != http.StatusOK || whole.header.Get("Content-Type") != "audio/wav" || string(whole.body[:4]) != "RIFF" {
		t.Fatalf("status %d, %v", whole.status, whole.header)
	}
	if etag == "" || strings.HasPrefix(etag, "W/") || modified != "Wed, 07 Jan 2026 00:00:00 GMT" {
		t.Errorf("ETag %s, Last-Modified %s", etag, modified)
	}
	size := len(whole.body)
	for _, test := range []struct {
		header   map[string]string
		status   int
		from, to int
	}{
		{map[string]string{"Range": "bytes=0-16383"}, http.StatusPartialContent, 0, 16384},
		{map[string]string{"Range": "bytes=100000-299999"}, http.StatusPartialContent, 100000, 300000},
		{map[string]string{"Range": "bytes=-1000"}, http.StatusPartialContent, size - 1000, size},
		{map[string]string{"Range": "bytes=5-9", "If-Range": etag}, http.StatusPartialContent, 5, 10},
		{map[string]string{"Range": "bytes=5-9", "If-Range": modified}, http.StatusPartialContent, 5, 10},
		{map[string]string{"Range": "bytes=5-9", "If-Range": `"other"`}, http.StatusOK, 0, size},
		{map[string]string{"If-None-Match": etag}, http.StatusNotModified, 0, 0},
	} {
		got := get(t, url, test.header)
		if got.status != test.status || !bytes.Equal(got.body, whole.body[test.from:test.to]) {
			t.Errorf("%v: status %d, %d bytes", test.header, got.status, len(got.body))
		}
	}
	if got := get(t, url, map[string]string{"Range": "bytes=99999999-"}); got.status != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("range past the end: status %d", got.status)
	}
}

func TestArtwork(t *testing.T) {
	base := start(t, 0).url + "artwork/canon-in-d/"
	for _, side := range []string{"30", "100", "600"} {
		img, err := png.Decode(bytes.NewReader(get(t, base+side+"x"+side+"bb.png", nil).body))
		if err != nil {
			t.Fatal(err)
		}
		colors := map[any]bool{}
		for x := range img.Bounds().Dx() {
			for y := range img.Bounds().Dy() {
				colors[img.At(x, y)] = true
			}
		}
		if len(colors) < 3 {
			t.Errorf("side %s: %d colors", side, len(colors))
		}
	}
}

func TestNoSuchFile(t *testing.T) {
	base := start(t, 0).url
	for _, path := range []string{
		"", "preview/", "preview/none.wav", "preview/fur-elise.mp3", "preview/fur-elise", "preview/..%2fdemo.go",
		"score/none.abc", "score/fur-elise.wav", "artwork/none/100x100bb.png", "artwork/fur-elise/100x99bb.png",
		"artwork/fur-elise/601x601bb.png", "artwork/fur-elise/0x0bb.png", "artwork/fur-elise/100x100bb.jpg",
	} {
		if got := get(t, base+path, nil); got.status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, got.status)
		}
	}
	if got := ask(t, http.MethodPost, base+"search?term=a", nil); got.status != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d", got.status)
	}
}
