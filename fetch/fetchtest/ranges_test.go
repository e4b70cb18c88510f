package fetchtest_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// asked is what a fresh origin answers to a Range of a file.
func asked(t *testing.T, header string, c fetchtest.Content) *httptest.ResponseRecorder {
	o := fetchtest.New(t, fetchtest.File{Name: "a", Content: c})
	w := httptest.NewRecorder()
	o.ServeHTTP(w, rangeRequest(header))
	return w
}

func rangeRequest(header string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/a", nil)
	r.Header.Set("Range", header)
	return r
}

// FuzzRanges compares with http.ServeContent, over well-formed single ranges.
func FuzzRanges(f *testing.F) {
	for form := range uint8(3) {
		f.Add(form, uint64(0), uint64(0), uint16(1))
		f.Add(form, uint64(50), uint64(99), uint16(100))
		f.Add(form, uint64(99), uint64(400), uint16(100))
		f.Add(form, uint64(100), uint64(1)<<62, uint16(100))
	}
	f.Fuzz(func(t *testing.T, form uint8, first, last uint64, size uint16) {
		first, last = first>>1, last>>1 // of more, http.ServeContent knows nothing
		header := [...]string{
			fmt.Sprintf("bytes=%d-%d", first, last), fmt.Sprintf("bytes=%d-", first), fmt.Sprintf("bytes=-%d", first),
		}[form%3]
		if size == 0 || form%3 == 0 && last < first || form%3 == 2 && first == 0 {
			return // it answers "bytes 0--1/0", 416 to what is malformed, and "bytes 100-99/100"
		}
		c := fetchtest.Random(1, int64(size))
		ours, theirs := asked(t, header, c), httptest.NewRecorder()
		http.ServeContent(theirs, rangeRequest(header), "", time.Time{}, bytes.NewReader(read(t, c, 0, int(size))))
		if ours.Code != theirs.Code || ours.Header().Get("Content-Range") != theirs.Header().Get("Content-Range") {
			t.Errorf("%q of %d: %d %v, want %d %v", header, size, ours.Code, ours.Header(), theirs.Code, theirs.Header())
		}
		if ours.Code != 416 && !bytes.Equal(ours.Body.Bytes(), theirs.Body.Bytes()) {
			t.Errorf("%q of %d: other bytes", header, size)
		}
	})
}

// FuzzBadRanges demands of any header a response that is true.
func FuzzBadRanges(f *testing.F) {
	for _, seed := range []string{
		"", "bytes", "bytes=", "bytes=-", "bytes=3-1", "bytes= 1-2 ", "bytes=1-2,4-5", "Bytes=1-2",
		"bytes=+1-2", "bytes=-0", "bytes=1--2", "bytes=99999999999999999999-",
	} {
		f.Add(seed)
	}
	c := fetchtest.Random(1, 100)
	f.Fuzz(func(t *testing.T, header string) {
		w := asked(t, header, c)
		from, to := int64(0), int64(100)
		switch got := w.Header().Get("Content-Range"); w.Code {
		case 200:
		case 206:
			if _, err := fmt.Sscanf(got, "bytes %d-%d/100", &from, &to); err != nil || !strings.EqualFold(header[:6], "bytes=") {
				t.Fatalf("%q: Content-Range %q", header, got)
			}
			to++
		case 416:
			if to = 0; got != "bytes */100" {
				t.Fatalf("%q: Content-Range %q", header, got)
			}
		default:
			t.Fatalf("%q: status %d", header, w.Code)
		}
		if err := fetchtest.Check(c, from, w.Body.Bytes()); err != nil || int64(w.Body.Len()) != to-from {
			t.Errorf("%q: %d bytes, %v", header, w.Body.Len(), err)
		}
	})
}
