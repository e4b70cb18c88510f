package fetch

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// A 416 tells how long a file is, and not which version: servers send neither ETag nor
// date with it. A file that a read found to end before it shows its date, and goes on
// being read by ranges.
func TestShortenedFile(t *testing.T) {
	for listed, date := range map[int64]time.Time{-1: {}, 3_000_000: sunday} {
		bubble(t, func(f *fixture) {
			d := f.hand("a", 1, listed, date)
			if listed >= 0 {
				f.readAll("a")
				f.untilState(d, Complete)
				f.control(d, Evict)
				d.store.origin.IgnoresIfRange(d.source.location)
			}
			now := file("a", 2_000_000)
			now.Content, now.Modified = fetchtest.Random(9, 2_000_000), monday
			f.origin.Put(now)
			r := d.NewReader()
			_ = f.attempt(r, 2_900_000, 10) // which is behind its end, or of a version before
			_ = r.Close()                   // never fails
			if st := d.Status(); st.Size != 2_000_000 || !st.Modified.Equal(monday) {
				t.Errorf("listed with %d: %d bytes of %v", listed, st.Size, st.Modified)
			}
			before := f.sent()
			r = d.NewReader()
			f.read(r, 1_000_000, 10)
			_ = r.Close() // never fails
			if n := f.sent() - before; n > 1_000_000 {
				t.Errorf("listed with %d: %d bytes were sent", listed, n)
			}
			f.readAll("a")
		}, file("a", 3_000_000))
	}
}
