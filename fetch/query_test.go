package fetch

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestSpacesInQueries fetches a file whose address, and that to which it is redirected,
// has a raw space in its query: a server refuses a request line that has one.
func TestSpacesInQueries(t *testing.T) {
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query().Get("t"))
		if r.URL.Path == "/a" {
			w.Header()["Location"] = []string{"/b?t=c d"}
			w.WriteHeader(http.StatusFound)
			return
		}
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader("0123456789"))
	}))
	defer server.Close()
	f := newFixture(t, fetchtest.New(t))
	f.opt.Transport = nil
	f.opt.Locate = func(context.Context, string) (Location, error) { return Location{URL: server.URL + "/a?t=a b"}, nil }
	f.reopen()
	got, err := io.ReadAll(io.NewSectionReader(readerAt{f.reader("a")}, 0, 10))
	if string(got) != "0123456789" || err != nil || strings.Join(asked, ",") != "a b,c d" {
		t.Errorf("read %q, %v; asked for %q", got, err, asked)
	}
}

// A readerAt reads without a context.
type readerAt struct{ *Reader }

// ReadAt implements io.ReaderAt.
func (r readerAt) ReadAt(p []byte, off int64) (int, error) {
	return r.Reader.ReadAt(context.Background(), p, off)
}
