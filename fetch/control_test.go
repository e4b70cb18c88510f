package fetch

import (
	"os"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/intent"
)

// TestStartAfterMeant starts a download that a reader has set under way a moment
// before: a crash must not lose what the user said.
func TestStartAfterMeant(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, ConnRate: mb})
		d := f.download("a")
		f.control(d, Cancel) // writes a record: idle
		f.read(f.reader("a"), 0, intent.Much+5000)
		if s := d.Status(); s.State != Downloading {
			t.Fatalf("not meant: %+v", s)
		}
		f.control(d, Start)
		if _, err := os.Stat(d.entry.ActivePath()); err != nil {
			t.Errorf("the mark: %v", err)
		}
		if r, err := diskcache.ReadRecord(d.entry.RecordPath()); err != nil || r.State != Downloading.String() {
			t.Errorf("the record says %q, %v", r.State, err)
		}
	}, file("a", 30*mb))
}
