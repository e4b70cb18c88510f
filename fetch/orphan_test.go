package fetch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestOrphansGo has data without a record fill the cache, as a process leaves it
// that is killed: room is made by dropping it.
func TestOrphansGo(t *testing.T) {
	for name, record := range map[string]string{"no record": "", "a torn one": "{"} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.close()
				p := placeOf(f.dir, nameOf("gone"))
				if err := makeDir(filepath.Dir(p.data())); err != nil {
					t.Fatal(err)
				}
				write(t, p.data(), make([]byte, mb))
				if record != "" {
					write(t, p.record(), []byte(record))
				}
				f.opt.MaxBytes = mb / 5
				f.open()
				time.Sleep(time.Second)
				f.readAll("a")
				if s := f.untilState(f.download("a"), Complete); f.usage.held() != s.Size {
					t.Errorf("%d counted, %+v", f.usage.held(), s)
				}
				for _, path := range []string{p.data(), p.record()} {
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
		if err := os.Remove(r.d.place.record()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if n := f.reclaim(r.d.place.name) + f.dropOrphan(r.d.place); n != 0 {
			t.Errorf("%d bytes were dropped", n)
		}
		f.read(r, 0, 1000)
	}, file("a", mb/10))
}
