package fetch

import (
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// A recordWatch follows how records are written: each is synced under a
// temporary name, renamed, and its folder is synced.
type recordWatch struct {
	writing atomic.Int64 // records between the first step and the last
	most    atomic.Int64
	during  atomic.Value // func(): called once, in the middle of the next record
}

// watchRecords is to be called before a bubble is entered.
func watchRecords(t *testing.T) *recordWatch {
	w := &recordWatch{}
	hookDisk(t)(func(s durable.Step) error {
		switch {
		case s.Kind == "sync" && strings.HasSuffix(s.Path, ".json.tmp"):
			w.most.Store(max(w.most.Load(), w.writing.Add(1)))
			if do, ok := w.during.Swap(func() {}).(func()); ok {
				do()
			}
		case s.Kind == "syncdir" && w.writing.Load() > 0 && !strings.HasSuffix(s.Path, "active"):
			w.writing.Add(-1)
		}
		return nil
	})
	return w
}

// TestStartDuringFlush gives a command while the record that says the same is
// being written: the command returns only when that record is durable.
func TestStartDuringFlush(t *testing.T) {
	for _, c := range []Command{Start, Resume} {
		t.Run(c.String(), func(t *testing.T) {
			w := watchRecords(t)
			bubble(t, func(f *fixture) {
				// No byte comes after the snapshot: nothing but the record under way says so.
				f.origin.Fault(fetchtest.Always, fetchtest.StallAfter(300_000))
				d := f.download("a")
				f.control(d, Cancel)
				ended := make(chan error, 1)
				var early atomic.Bool
				r := f.reader("a")
				f.read(r, 0, 257<<10)
				time.Sleep(2 * time.Second) // it seems to mean it
				w.during.Store(func() {
					go func() {
						err := d.Control(f.t.Context(), c)
						early.Store(w.writing.Load() > 0)
						ended <- err
					}()
					letOthersRun()
				})
				time.Sleep(5 * time.Second) // so that a flush says that it is under way
				if err := <-ended; err != nil {
					t.Error(err)
				}
				if early.Load() {
					t.Error("the command returned before the record was durable")
				}
				if r, err := diskcache.ReadRecord(d.entry.RecordPath()); err != nil || r.State != Downloading.String() {
					t.Errorf("the record says %q, %v", r.State, err)
				}
				if _, err := os.Stat(d.entry.ActivePath()); err != nil {
					t.Errorf("the mark: %v", err)
				}
			}, file("a", 30*mb))
		})
	}
}

// TestStartBesideFlush gives a command that changes the state while an earlier
// record is being written: the two records are written one after the other.
func TestStartBesideFlush(t *testing.T) {
	w := watchRecords(t)
	bubble(t, func(f *fixture) {
		f.origin.SetLink(linkOf(mb))
		d := f.download("a")
		ended := make(chan error, 1)
		w.during.Store(func() {
			go func() { ended <- d.Control(f.t.Context(), Start) }()
			letOthersRun()
		})
		f.read(f.reader("a"), 0, 1000)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if n := w.most.Load(); n != 1 {
			t.Errorf("%d records were written at once", n)
		}
		if r, err := diskcache.ReadRecord(d.entry.RecordPath()); err != nil || r.State != Downloading.String() {
			t.Errorf("the record says %q, %v", r.State, err)
		}
	}, file("a", 30*mb))
}

// letOthersRun lets goroutines run that do not wait for anything. Sleeping would
// not do in a bubble: the clock stands still while one of them waits for a mutex.
func letOthersRun() {
	for range 2000 {
		runtime.Gosched()
	}
}
