package fetch

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// unmark removes the marks of active downloads from the cache, as another program does
// that empties it.
func (f *fixture) unmark() {
	f.t.Helper()
	if err := os.RemoveAll(filepath.Join(f.dir, diskcache.ActiveDir)); err != nil {
		f.t.Fatal(err)
	}
}

// TestUnmarkedDownloadGoesOn has a session find the record of a download without its
// mark: the download goes on once its file is looked at, without a read.
func TestUnmarkedDownloadGoesOn(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, fetchtest.Trickle(100_000))
		f.control(f.download("a"), Start)
		time.Sleep(2 * time.Second)
		f.close()
		f.unmark()
		f.origin.Heal()
		f.open()
		if active := f.Active(); len(active) > 0 {
			t.Fatalf("there is a mark of %v", active[0].Status())
		}
		f.untilState(f.download("a"), Complete)
	}, file("a", 3*mb))
}

// TestLostMarkIsMadeAgain removes the mark of a download under way: the next record of
// it has one, and so the next session has the download.
func TestLostMarkIsMadeAgain(t *testing.T) {
	for name, next := range map[string]struct {
		want State
		do   func(*fixture, *Download)
	}{
		"bytes":   {Downloading, func(*fixture, *Download) { time.Sleep(2 * time.Second) }},
		"a pause": {Paused, func(f *fixture, d *Download) { f.control(d, Pause) }},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.origin.Fault(fetchtest.Always, fetchtest.Trickle(100_000))
				d := f.download("a")
				f.control(d, Start)
				time.Sleep(2 * time.Second)
				f.unmark()
				next.do(f, d)
				f.reopen()
				active := f.Active()
				if len(active) != 1 {
					t.Fatalf("%d downloads are active", len(active))
				}
				if s := active[0].Status(); s.State != next.want || s.Held == 0 {
					t.Errorf("%+v", s)
				}
			}, file("a", 3*mb))
		})
	}
}

// TestStartWhileCheckedFetchesAgain starts a download whose data was taken away while
// its digest is made: it is fetched again at once.
func TestStartWhileCheckedFetchesAgain(t *testing.T) {
	bubble(t, func(f *fixture) {
		d := f.Download(Remote{Key: "a", Size: -1, Digest: "sha1:0000000000000000000000000000000000000000"})
		d.mu.Lock()
		d.summing = true // as if making the digest took long
		d.mu.Unlock()
		f.control(d, Start)
		synctest.Wait()
		time.Sleep(2 * time.Second)
		if s := d.Status(); s.State != Downloading || s.Held != mb {
			t.Fatalf("%+v", s)
		}
		for _, path := range dataFiles(d.entry.Place) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
		f.control(d, Start)
		f.until(d, "the bytes again", func(s Status) bool { return s.Held == mb })
		d.mu.Lock()
		d.summing = false
		d.mu.Unlock()
	}, file("a", mb))
}
