package fetch

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// TestOrphansGo has data without a record fill the cache, as a process leaves it
// that is killed: room is made by dropping it.
func TestOrphansGo(t *testing.T) {
	for name, record := range map[string]string{"no record": "", "a torn one": "{"} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.close()
				p := diskcache.PlaceOf(f.dir, diskcache.NameOf("gone"))
				if err := (durable.Files{}).MakeDir(filepath.Dir(dataFile(p))); err != nil {
					t.Fatal(err)
				}
				write(t, dataFile(p), make([]byte, mb))
				if record != "" {
					write(t, p.RecordPath(), []byte(record))
				}
				write(t, p.RecordPath()+".tmp", []byte("{"))
				f.opt.MaxBytes = mb / 5
				f.open()
				time.Sleep(time.Second)
				f.readAll("a")
				if s := f.untilState(f.download("a"), Complete); f.cache.Held() != s.Size {
					t.Errorf("%d counted, %+v", f.cache.Held(), s)
				}
				for _, path := range []string{dataFile(p), p.RecordPath(), p.RecordPath() + ".tmp"} {
					if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
						t.Errorf("%s: %v", path, err)
					}
				}
			}, file("a", mb/10))
		})
	}
}

// TestOrphanInUse has data without a record belong to a download that somebody
// has just begun: it stays.
func TestOrphanInUse(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.opt.MaxBytes = mb
		f.reopen()
		r := f.reader("a")
		f.read(r, 0, 1000)
		if err := os.Remove(r.d.entry.RecordPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if n := f.cache.Evict(r.d.entry.Name) + f.cache.DropOrphan(r.d.entry.Name); n != 0 {
			t.Errorf("%d bytes were dropped", n)
		}
		f.read(r, 0, 1000)
	}, file("a", mb/10))
}

// TestCacheEmptiedBehindItsBack has somebody remove the files of a cache that is
// full, of which the store has read nothing yet but their names: there is room
// again.
func TestCacheEmptiedBehindItsBack(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.opt.MaxBytes = 2*mb + diskcache.RecordBlock
		f.readAll("a")
		f.untilState(f.download("a"), Complete)
		f.reopen()
		time.Sleep(time.Second)
		if held := f.cache.Held(); held < 2*mb {
			t.Fatalf("%d bytes were found", held)
		}
		if err := os.RemoveAll(filepath.Dir(dataFile(diskcache.PlaceOf(f.dir, diskcache.NameOf("a"))))); err != nil {
			t.Fatal(err)
		}
		f.readAll("bb")
		if s := f.untilState(f.download("bb"), Complete); f.cache.Held() != s.Size {
			t.Errorf("%d counted, %+v", f.cache.Held(), s)
		}
	}, file("a", 2*mb), file("bb", 2*mb))
}

// TestDamageIsNamed has a record be torn that a mark says is to be gone on with:
// the log says which.
func TestDamageIsNamed(t *testing.T) {
	bubble(t, func(f *fixture) {
		p := diskcache.PlaceOf(f.dir, diskcache.NameOf("a"))
		f.close()
		if err := (durable.Files{}).MakeDir(filepath.Dir(p.RecordPath())); err != nil {
			t.Fatal(err)
		}
		write(t, p.ActivePath(), nil)
		write(t, p.RecordPath(), []byte("{"))
		var log strings.Builder
		f.opt.Logger = slog.New(slog.NewTextHandler(&log, nil))
		if f.open(); !strings.Contains(log.String(), p.RecordPath()) {
			t.Errorf("logged %s", log.String())
		}
	})
}

// TestMarkGoesWithTheFile drops a complete file of a session in each way there
// is: no mark is left, which would drop a later session's file of that name.
func TestMarkGoesWithTheFile(t *testing.T) {
	for name, drop := range map[string]func(f *fixture){
		"evicted":          func(f *fixture) { f.control(f.download("a"), Evict) },
		"dropped for room": func(f *fixture) { f.cache.Evict(diskcache.NameOf("a")) },
		"found damaged": func(f *fixture) {
			dir := filepath.Join(memoryDir(f.t), "killed")
			if err := os.CopyFS(dir, os.DirFS(f.dir)); err != nil {
				f.t.Fatal(err)
			}
			f.close()
			f.dir = dir
			write(f.t, dataFile(diskcache.PlaceOf(dir, diskcache.NameOf("a"))), make([]byte, mb))
			if err := Verify(f.t.Context(), dir, func(Entry) {}); err != nil {
				f.t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.opt.Session = true
				f.reopen()
				f.readAll("a")
				f.untilState(f.download("a"), Complete)
				time.Sleep(2 * time.Second) // until it is recorded, and nobody uses it
				if kinds := f.filesOf("a"); len(kinds) != 3 {
					t.Errorf("there are %q", kinds)
				}
				drop(f)
				time.Sleep(2 * time.Second)
				if kinds := f.filesOf("a"); len(kinds) != 0 {
					t.Errorf("left are %q", kinds)
				}
			}, file("a", mb))
		})
	}
}
