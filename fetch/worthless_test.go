package fetch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/durable"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// filesOf returns the kinds of files there are of a download.
func (f *fixture) filesOf(key string) (kinds []string) {
	p := diskcache.PlaceOf(f.dir, diskcache.NameOf(key))
	for _, path := range slices.Concat([]string{p.RecordPath()}, dataFiles(p), []string{p.ActivePath(), p.SessionPath()}) {
		if _, err := os.Stat(path); err == nil {
			kinds = append(kinds, filepath.Ext(path))
		}
	}
	return kinds
}

// TestWorthlessRecords looks at what is on disk of downloads of which nothing
// is held: a record only if somebody wants something.
func TestWorthlessRecords(t *testing.T) {
	stalled := fetchtest.StallAfter(0)
	for name, c := range map[string]struct {
		do   func(f *fixture, d *Download)
		want []string
	}{
		"evicted": {func(f *fixture, d *Download) { f.readAll("a"); f.untilState(d, Complete); f.control(d, Evict) }, nil},
		"canceled": {func(f *fixture, d *Download) {
			f.origin.Fault(fetchtest.Always, stalled)
			f.control(d, Start)
			f.control(d, Cancel)
		}, nil},
		"dropped for room": {func(f *fixture, d *Download) {
			f.readAll("a")
			f.untilState(d, Complete)
			time.Sleep(time.Second) // until nobody uses it
			f.cache.Evict(d.entry.Name)
		}, nil},
		"nothing came": {func(f *fixture, d *Download) {
			f.origin.Fault(fetchtest.Always, fetchtest.Status(404))
			if _, err := d.Size(f.t.Context()); !errors.Is(err, ErrNotFound) {
				f.t.Error(err)
			}
		}, nil},
		"paused": {func(f *fixture, d *Download) {
			f.origin.Fault(fetchtest.Always, stalled)
			f.control(d, Start)
			f.control(d, Pause)
		}, []string{".json", ""}},
		"failed": {func(f *fixture, d *Download) {
			f.origin.Fault(fetchtest.Always, fetchtest.Status(404))
			f.control(d, Start)
			f.untilState(d, Failed)
		}, []string{".json", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				c.do(f, f.download("a"))
				time.Sleep(time.Minute)
				left := slices.DeleteFunc(f.filesOf("a"), func(kind string) bool { return kind == ".data" && c.want != nil })
				if !slices.Equal(left, c.want) {
					t.Errorf("there are %q, want %q", left, c.want)
				}
			}, file("a", mb))
		})
	}
}

// TestRecordsMakeRoom has downloads that hold nothing leave more records than the cache may
// hold: they make room for a file that is read, and the reason of each failure stays known.
func TestRecordsMakeRoom(t *testing.T) {
	const records = 64
	for name, empty := range map[string]bool{"failed": false, "empty files": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.opt.MaxBytes = records / 2 * diskcache.RecordBlock
				f.reopen()
				var all []*Download
				for i := range records {
					of, want := fetchtest.File{Name: fmt.Sprint("empty", i), Content: fetchtest.Random(0, 0)}, Failed
					if empty {
						f.origin.Put(of)
						want = Complete
					}
					d := f.download(of.Name)
					f.control(d, Start)
					f.untilState(d, want)
					all = append(all, d)
				}
				time.Sleep(time.Minute) // until they are recorded
				f.readAll("a")
				f.untilState(f.download("a"), Complete)
				time.Sleep(time.Minute)
				if held := f.cache.Held(); held > f.opt.MaxBytes {
					t.Errorf("%d bytes are held of %d", held, f.opt.MaxBytes)
				}
				if kinds := f.filesOf(all[0].Key()); len(kinds) > 0 {
					t.Errorf("there are %q of the one that was used least recently", kinds)
				}
				for _, d := range all {
					if s := d.Status(); !empty && (s.State != Failed || !errors.Is(s.Err, ErrNotFound)) {
						t.Errorf("%s is %v, %v", s.Key, s.State, s.Err)
					}
				}
			}, file("a", 50_000))
		})
	}
}

// TestOldRecordsGo opens a store in which earlier sessions have left records of
// downloads of which nothing is held.
func TestOldRecordsGo(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.close()
		for _, r := range []diskcache.Record{
			{Key: "idle", State: Idle.String(), File: validator.Validator{Size: mb}},
			{Key: "empty", State: Complete.String(), File: validator.Validator{Size: 0}},
			{Key: "paused", State: Paused.String(), File: validator.Validator{Size: mb}},
			{Key: "held", State: Idle.String(), File: validator.Validator{Size: mb}, Held: ranges.Set{{Start: 0, End: 10}}},
		} {
			p := diskcache.PlaceOf(f.dir, diskcache.NameOf(r.Key))
			b, err := r.Encode()
			if err == nil {
				err = (durable.Files{}).MakeDir(filepath.Dir(p.RecordPath()))
			}
			if err != nil {
				t.Fatal(err)
			}
			write(t, p.RecordPath(), b)
			if r.Key == "paused" {
				write(t, p.ActivePath(), nil)
			}
			if r.Key != "empty" {
				write(t, dataFile(p), make([]byte, r.Held.Len()))
			}
		}
		f.opt.MaxBytes = mb
		f.open()
		time.Sleep(time.Second)
		for key, want := range map[string][]string{"idle": nil, "empty": {".json"}, "paused": {".json", ""}, "held": {".json", ".data"}} {
			if got := f.filesOf(key); !slices.Equal(got, want) {
				t.Errorf("%s: there are %q, want %q", key, got, want)
			}
		}
		if s := f.download("paused").Status(); s.State != Paused {
			t.Errorf("%+v", s)
		}
	})
}
