package fetch

import (
	"os"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
)

// TestStrayAtOpen has the server's word on a file, complete, held in part or not at all,
// be something else once: the file is the one that is there.
func TestStrayAtOpen(t *testing.T) {
	const size = 3_000_000
	jingle := fetchtest.File{Name: "jingle", Content: fetchtest.Random(9, 2000), Type: "audio/mpeg"}
	for name, c := range map[string]struct {
		held    int64  // at first
		listing Remote // that makes the file be asked for
		now     int64  // its size at the server then
	}{
		"complete":                  {size, Remote{Refreshed: 1}, size},
		"in part":                   {200_000, Remote{Refreshed: 1}, size},
		"complete, listed as new":   {size, Remote{Listing: 2, Size: 2_900_000, Modified: monday}, 2_900_000},
		"in part, listed as new":    {200_000, Remote{Listing: 2, Size: 3_100_000, Modified: monday}, 3_100_000},
		"complete, listed in error": {size, Remote{Listing: 2, Size: 2_900_000, Modified: monday}, size},
		"never read":                {0, Remote{Listing: 2, Size: size, Modified: monday}, size},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				d := f.listed("a", 1, size, sunday)
				f.origin.SetLink(fetchtest.Link{TotalRate: mb})
				if c.held > 0 {
					r := f.reader("a")
					f.read(r, 0, c.held)
					_ = r.Close()
				}
				if c.held == size {
					f.untilState(d, Complete)
				}
				if c.now != size {
					f.origin.Replace("a", fetchtest.Random(7, c.now))
				}
				f.origin.Fault(fetchtest.All(fetchtest.Of("a"), fetchtest.Next(1)), fetchtest.Status(302, "Location", "/jingle"))
				remote := c.listing
				if remote.Key = "a"; remote.Listing == 0 {
					remote.Size, remote.Modified, remote.Listing = size, sunday, 2
				}
				d, sent := f.Download(remote), f.sent()
				if n := f.validate(d); n < 2 || n > 3 { // one of them for the jingle
					t.Errorf("%d requests", n)
				}
				if s := d.Status(); s.Size != c.now {
					t.Errorf("%+v", s)
				}
				if c.held == size && c.now == size && f.sent()-sent > 100_000 {
					t.Errorf("%d bytes were sent", f.sent()-sent)
				}
				f.readAll("a")
				f.untilState(d, Complete)
			}, file("a", size), jingle)
		})
	}
}

// TestCopiesAtOpen asks whether a complete file still is the one that the server has,
// and gets another ETag each time: it is compared, and stays.
func TestCopiesAtOpen(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.opt.TTL = time.Hour
		f.reopen()
		f.origin.Fault(fetchtest.Always, flipping(0))
		d := f.download("a")
		f.readAll("a")
		f.untilState(d, Complete)
		sent := f.sent()
		for range 3 {
			time.Sleep(2 * time.Hour)
			n := f.validate(d)
			if s := d.Status(); s.State != Complete || n == 0 {
				t.Errorf("%+v after %d requests", s, n)
			}
			f.readAll("a")
		}
		if n := f.sent() - sent; n > 300_000 {
			t.Errorf("%d bytes were sent", n)
		}
	}, file("a", mb))
}

// TestCopiesOfAltered has another program touch the data of a complete file, and the
// server be asked while that is examined: it gets another ETag, and nothing hangs.
func TestCopiesOfAltered(t *testing.T) {
	bubble(t, func(f *fixture) {
		p := f.completed()
		f.close()
		changed := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
		if err := os.Chtimes(dataFile(p), changed, changed); err != nil {
			t.Fatal(err)
		}
		f.open()
		d := f.download("a")
		r := f.reader("a")
		d.mu.Lock()
		d.suspectLocked(d.content, diskcache.ErrAltered) // again, if that has ended already
		other := &origin.Response{Validator: d.content.validator}
		other.Validator.ETag = `"other"`
		d.compareContentLocked(d.content.withoutProof(other))
		d.mu.Unlock()
		f.read(r, 0, 1000)
		f.untilState(d, Complete)
	}, file("a", mb))
}
