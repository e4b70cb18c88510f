package fetch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// TestRecordComesBack has the power go after an eviction, which was not synced:
// the old record comes back beside no data, or beside that of the next generation.
// Nothing is read of either.
func TestRecordComesBack(t *testing.T) {
	for name, again := range map[string]bool{"alone": false, "beside the next generation": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				p := f.completed()
				time.Sleep(2 * time.Second) // until it is recorded, and nobody uses it
				record, err := os.ReadFile(p.RecordPath())
				if err != nil {
					t.Fatal(err)
				}
				if freed := f.cache.Evict(p.Name); freed != mb+diskcache.RecordBlock {
					t.Fatalf("%d bytes went", freed)
				}
				f.origin.Replace("a", fetchtest.Random(5, mb))
				if again {
					f.read(f.reader("a"), 0, 1000)
				}
				f.close()
				write(t, p.RecordPath(), record)
				f.open()
				if s := f.download("a").Status(); s.State != Idle || s.Held != 0 {
					t.Errorf("%+v", s)
				}
				if _, err := os.Stat(p.RecordPath()); !errors.Is(err, fs.ErrNotExist) || len(dataFiles(p)) > 0 {
					t.Errorf("the record: %v, left are %q", err, dataFiles(p))
				}
				f.readAll("a")
			}, file("a", mb))
		})
	}
}

// TestLateWrite has a transfer write what it brings after a user has dropped what
// it goes with: that does not show in what is fetched next.
func TestLateWrite(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.read(f.reader("a"), 0, 1000)
		d := f.download("a")
		late, path := d.content, dataFile(d.entry.Place)
		if err := d.acquire(late); err != nil {
			t.Fatal(err)
		}
		f.control(d, Cancel)
		f.read(f.reader("a"), 0, 1000)
		if err := late.file.Put(make([]byte, mb), 0); err != nil {
			t.Error(err)
		}
		if err := d.acquire(late); !errors.Is(err, errDropped) {
			t.Errorf("acquired again: %v", err)
		}
		late.file.Release()
		if err := late.file.Acquire(); !errors.Is(err, diskcache.ErrDropped) {
			t.Errorf("acquired once it was closed: %v", err)
		}
		f.read(f.reader("a"), 0, 2*mb)
		if now := dataFiles(d.entry.Place); len(now) != 1 || now[0] == path {
			t.Errorf("there are %q, and was %s", now, path)
		}
	}, file("a", 30*mb))
}

// TestDataWithoutGeneration opens a cache that was written before data had
// generations: it is read, and what is fetched after it was dropped has one.
func TestDataWithoutGeneration(t *testing.T) {
	bubble(t, func(f *fixture) {
		p := f.completed()
		f.close()
		r, err := diskcache.ReadRecord(p.RecordPath())
		if err != nil || r.Data == "" {
			t.Fatalf("%+v, %v", r, err)
		}
		old := p.DataPath("")
		if err := os.Rename(p.DataPath(r.Data), old); err != nil {
			t.Fatal(err)
		}
		r.Data = ""
		if err := r.Save(p); err != nil {
			t.Fatal(err)
		}
		f.open()
		sent := f.sent()
		f.readAll("a")
		if now := f.sent(); now != sent {
			t.Errorf("%d bytes were sent", now-sent)
		}
		f.control(f.download("a"), Evict)
		if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("after it was dropped: %v", err)
		}
		f.readAll("a")
		f.untilState(f.download("a"), Complete)
		f.reopen()
		if now := dataFiles(p); len(now) != 1 || now[0] == old {
			t.Errorf("there are %q", now)
		}
		f.wantComplete()
	}, file("a", mb))
}

// TestStrayGenerationsGo has generations that no record names lie beside one that
// a record names, and beside a record of nothing, as kills leave them.
func TestStrayGenerationsGo(t *testing.T) {
	bubble(t, func(f *fixture) {
		p := f.completed()
		paused := diskcache.PlaceOf(f.dir, diskcache.NameOf("paused"))
		f.close()
		left := dataFiles(p)
		if err := (durable.Files{}).MakeDir(filepath.Dir(paused.RecordPath())); err != nil {
			t.Fatal(err)
		}
		if err := (diskcache.Record{Key: "paused", State: Paused.String()}).Save(paused); err != nil {
			t.Fatal(err)
		}
		for _, stray := range []string{p.DataPath("01234567"), p.DataPath(""), paused.DataPath("89abcdef"), paused.DataPath("")} {
			write(t, stray, make([]byte, mb))
		}
		f.opt.MaxBytes = 100 * mb
		f.open()
		time.Sleep(time.Second)
		if now := dataFiles(p); !slices.Equal(now, left) {
			t.Errorf("there are %q, want %q", now, left)
		}
		if now := dataFiles(paused); len(now) > 0 {
			t.Errorf("of what holds nothing there are %q", now)
		}
		if held := f.cache.Held(); held != mb+2*diskcache.RecordBlock {
			t.Errorf("%d bytes are counted", held)
		}
		f.wantComplete()
		if s := f.download("paused").Status(); s.State != Paused {
			t.Errorf("%+v", s)
		}
	}, file("a", mb))
}

// TestScanMeetsDownloads has a kill leave data that no record names beside a complete
// file, which is loaded before the scan comes to it: nothing is left of it.
func TestScanMeetsDownloads(t *testing.T) {
	bubble(t, func(f *fixture) {
		p := f.completed()
		f.close()
		left := dataFiles(p)
		write(t, p.DataPath("01234567"), make([]byte, mb))
		write(t, p.ActivePath(), nil) // so that it is loaded first
		f.opt.MaxBytes = 100 * mb
		f.open()
		d := f.download("a")
		time.Sleep(time.Second)
		if now := dataFiles(p); !slices.Equal(now, left) {
			t.Errorf("there are %q, want %q", now, left)
		}
		if held := f.cache.Held(); held != mb+diskcache.RecordBlock || d.Status().Held != mb { // with its record
			t.Errorf("%d bytes are counted, %+v", held, d.Status())
		}
		f.wantComplete()
	}, file("a", mb))
}

// TestStrayGenerationsOfOneInUse has kills leave data that no record names, of a file
// that the next session wants at once: it goes without a scan.
func TestStrayGenerationsOfOneInUse(t *testing.T) {
	for _, state := range []State{Idle, Paused} {
		t.Run(state.String(), func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.origin.SetLink(fetchtest.Link{ConnRate: mb})
				d := f.download("a")
				if state == Paused {
					f.control(d, Start)
					f.until(d, "some bytes", func(s Status) bool { return s.Held > 0 })
					f.control(d, Pause)
				}
				held := d.Status().Held
				p := d.entry.Place
				f.close()
				if err := (durable.Files{}).MakeDir(filepath.Dir(p.RecordPath())); err != nil {
					t.Fatal(err)
				}
				for _, stray := range []string{p.DataPath("01234567"), p.DataPath("")} {
					write(t, stray, make([]byte, mb))
				}
				f.open()
				d = f.download("a")
				if now := d.Status().Held; now != held {
					t.Errorf("%d bytes are held, %d were", now, held)
				}
				f.control(d, Start)
				f.untilState(d, Complete)
				if now := dataFiles(p); len(now) != 1 {
					t.Errorf("there are %q", now)
				}
				f.readAll("a")
			}, file("a", 3*mb))
		})
	}
}
