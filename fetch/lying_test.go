package fetch

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestLyingRemote has a server send other bytes than it says, under the right
// size and validators: of another place of the file, or of one that was
// overwritten meanwhile. Nothing tells but the digest, when all is there.
func TestLyingRemote(t *testing.T) {
	for name, lie := range map[string]fetchtest.Fault{
		"shifted by one": fetchtest.LyingShift(1),
		"far off":        fetchtest.LyingShift(-100_000),
		"overwritten":    fetchtest.Splice(mb, fetchtest.Random(77, 2*mb)),
		"the last byte":  fetchtest.Splice(2*mb-1, fetchtest.Random(77, 2*mb)),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				d := f.Download(Remote{Key: "a", Size: -1, Digest: md5Of(t, f.origin.Content("a"))})
				f.origin.Fault(fetchtest.All(fetchtest.Ranged, fetchtest.Covers(2*mb-1)), lie)
				f.control(d, Start)
				if s := f.untilState(d, Failed); !errors.Is(s.Err, ErrDigest) || s.Held != 0 {
					t.Errorf("%+v", s)
				}
				f.origin.Heal()
				time.Sleep(2 * failedRest)
				f.control(d, Resume)
				f.untilState(d, Complete)
				f.readAll("a")
			}, file("a", 2*mb))
		})
	}
}

// oldResponse is one of HTTP/1.0: its end is the end of the connection.
func oldResponse(t *testing.T, c fetchtest.Content, n int64, headers string) fetchtest.Fault {
	t.Helper()
	b := make([]byte, n)
	if _, err := c.ReadAt(b, 0); err != nil {
		t.Fatal(err)
	}
	return fetchtest.Raw("HTTP/1.0 200 OK\r\n" + headers + "\r\n" + string(b))
}

// TestHTTP10 has a server of old that sends to the end of the connection, and
// one whose connection ends too early. That shows where the size is known.
func TestHTTP10(t *testing.T) {
	const size = 100_000
	for name, test := range map[string]struct {
		sent    int64
		headers string
		hint    int64
	}{
		"whole":                               {size, "", -1},
		"whole, as the catalog says":          {size, "", size},
		"cut, as the catalog says":            {size / 2, "", size},
		"nothing, as the catalog says":        {0, "", size},
		"cut, as the server says":             {size / 2, fmt.Sprintf("Content-Length: %d\r\n", size), -1},
		"too long, as the server says itself": {size, fmt.Sprintf("Content-Length: %d\r\n", size-1), size},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				c := f.origin.Content("a")
				if test.sent == size {
					f.origin.Fault(fetchtest.Always, oldResponse(t, c, test.sent, test.headers))
				} else {
					f.origin.Fault(fetchtest.Nth(1, 2), oldResponse(t, c, test.sent, test.headers))
				}
				d := f.Download(Remote{Key: "a", Size: test.hint})
				f.control(d, Start)
				if test.headers != "" && test.sent == size { // one byte less is another file, as far as anyone can tell
					f.origin.Heal()
					f.control(d, Cancel)
					f.control(d, Evict) // should it be complete already
				}
				if err := f.whole("a"); err != nil {
					t.Error(err)
				}
			}, file("a", size))
		})
	}
}
