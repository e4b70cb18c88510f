package fetch

import (
	"errors"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestQuotaIsNoWedge starts more downloads at once than a cache can hold, of which any
// fits alone. Those that fail for want of space do not keep the others from it: one is
// complete in the end, so is each of the others when it is resumed alone, and a file
// that cannot be had past the cache can be read.
func TestQuotaIsNoWedge(t *testing.T) {
	const size, quota = 2 * mb, 5 * mb
	var files []fetchtest.File
	for _, name := range []string{"a", "bb", "ccc", "dddd", "eeeee", "ffffff", "last"} {
		of := file(name, size)
		of.NoRanges, of.WeakETag, of.NoModified = true, true, true
		files = append(files, of)
	}
	for _, rate := range []int64{0, mb} {
		bubble(t, func(f *fixture) {
			f.opt.MaxBytes = quota
			f.reopen()
			f.origin.SetLink(fetchtest.Link{ConnRate: rate})
			started := files[:len(files)-1]
			for _, of := range started {
				f.control(f.download(of.Name), Start)
			}
			time.Sleep(time.Minute)
			complete := 0
			for _, of := range started {
				switch s := f.download(of.Name).Status(); {
				case s.State == Complete:
					complete++
				case s.State == Idle && s.Held == 0: // it was complete, and is evicted
				case s.State != Failed || !errors.Is(s.Err, ErrNoSpace):
					t.Errorf("%s is %v, %v", of.Name, s.State, s.Err)
				}
			}
			if complete == 0 {
				t.Error("no download is complete")
			}
			f.readAll("last")
			for _, of := range started {
				d := f.download(of.Name)
				f.control(d, Resume)
				f.until(d, "its end", func(s Status) bool { return s.State != Downloading && s.State != Queued })
				if s := d.Status(); s.State != Complete && s.State != Idle { // evicted since
					t.Errorf("%s, alone: %v, %v", of.Name, s.State, s.Err)
				}
			}
			if held := f.cache.Held(); held > quota {
				t.Errorf("%d bytes are held", held)
			}
		}, files...)
	}
}
