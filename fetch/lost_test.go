package fetch

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// takenAway are ways in which somebody takes a cache away from the process that has it.
var takenAway = map[string]func(dir string) error{
	"the folder": os.RemoveAll,
	"all in it": func(dir string) error {
		names, err := os.ReadDir(dir)
		for _, n := range names {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, n.Name())))
		}
		return err
	},
	"the lock": func(dir string) error { return os.Remove(filepath.Join(dir, diskcache.LockName)) },
}

// TestCacheFolderTakenAway takes the cache away while a file is complete, another on
// its way and a third paused. Whatever is read is right, what is gone is fetched again,
// and the next session finds what this one kept.
func TestCacheFolderTakenAway(t *testing.T) {
	for name, away := range takenAway {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.completed()
				open := f.reader("a")
				hold := make(chan struct{})
				f.origin.Fault(fetchtest.Always, fetchtest.HoldAt(600_000, hold))
				part := f.reader("bb")
				f.read(part, 0, 500_000)
				paused := f.download("ccc")
				f.control(paused, Start)
				time.Sleep(time.Second)
				f.control(paused, Pause)
				f.origin.Heal()
				if err := away(f.dir); err != nil {
					f.t.Fatal(err)
				}
				close(hold)
				f.read(open, 0, mb)
				f.readAll("bb")
				f.readAll("a")
				time.Sleep(2 * time.Second) // until the loss is noticed
				for _, key := range []string{"a", "bb"} {
					f.control(f.download(key), Start)
					f.untilState(f.download(key), Complete)
				}
				if s := paused.Status(); s.State != Paused {
					f.t.Errorf("%+v", s)
				}
				f.reopen()
				f.origin.Fault(fetchtest.Always, fetchtest.Status(404))
				for _, key := range []string{"a", "bb"} {
					if s := f.download(key).Status(); s.State != Complete {
						f.t.Errorf("at the next session: %+v", s)
					}
					f.readAll(key)
				}
				if s := f.download("ccc").Status(); s.State != Paused {
					f.t.Errorf("at the next session: %+v", s)
				}
			}, file("a", mb), file("bb", 2*mb), file("ccc", 3*mb))
		})
	}
}

// TestCacheFolderCannotBeMade takes the cache away while no other can be made in its place,
// as below a folder of another user: the disk fails then, and is not full. Bytes come past
// the cache where they can, and are kept again once there is a folder.
func TestCacheFolderCannotBeMade(t *testing.T) {
	whole := fetchtest.File{Name: "bb", Content: fetchtest.Random(2, mb), NoRanges: true}
	bubble(t, func(f *fixture) {
		f.read(f.reader("a"), 0, 1000)
		aside := f.dir + ".aside"
		if err := errors.Join(os.Rename(f.dir, aside), os.WriteFile(f.dir, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
		if err := f.whole("a"); err != nil {
			t.Errorf("with ranges: %v", err)
		}
		if err := f.whole("bb"); !errors.Is(err, ErrDisk) || errors.Is(err, ErrNoSpace) {
			t.Errorf("without ranges: %v", err)
		}
		if size, err := f.download("bb").Size(t.Context()); err != nil || size != mb {
			t.Errorf("a size of %d, %v", size, err)
		}
		if err := errors.Join(os.Remove(f.dir), os.Rename(aside, f.dir)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second) // until the folder is tried again
		f.readAll("bb")
	}, file("a", 3*mb), whole)
}

// TestFolderComesBack takes the folder of a cache away while a file is complete and in
// use, and brings it back with all that was in it: no byte is on disk that does not count,
// so an eviction of all leaves none.
func TestFolderComesBack(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.opt.MaxBytes = 100 * mb
		f.reopen()
		p := f.completed()
		d, aside := f.download("a"), f.dir+".aside"
		if err := os.Rename(f.dir, aside); err != nil {
			t.Fatal(err)
		}
		f.readAll("bb")
		time.Sleep(2 * time.Second) // until the loss is noticed
		if err := errors.Join(os.RemoveAll(f.dir), os.Rename(aside, f.dir)); err != nil {
			t.Fatal(err)
		}
		f.readAll("ccc")
		time.Sleep(2 * time.Second)
		for _, name := range f.cache.Oldest() {
			f.cache.Evict(name)
		}
		time.Sleep(time.Second)
		if left := dataFiles(p); len(left) > 0 || f.cache.Held() > 0 {
			t.Errorf("there are %q, %d bytes count, %+v", left, f.cache.Held(), d.Status())
		}
	}, file("a", mb), file("bb", mb), file("ccc", mb))
}

// TestTwoStores has another process open the cache that was taken away: neither gives a
// wrong byte, and neither changes what the other keeps.
func TestTwoStores(t *testing.T) {
	bubble(t, func(f *fixture) {
		p := f.completed()
		late := f.download("a")
		part := f.reader("bb")
		f.read(part, 0, 500_000)
		open := f.reader("a")
		synctest.Wait() // or the first store would notice at once, and have the folder again
		if err := os.RemoveAll(f.dir); err != nil {
			f.t.Fatal(err)
		}
		second := *f
		second.open()
		second.readAll("a")
		second.untilState(second.download("a"), Complete)
		second.until(second.download("a"), "its digest", func(Status) bool { return second.download("a").hasSum() })
		time.Sleep(time.Second)
		f.read(open, 0, mb)
		f.read(part, 0, 2*mb)
		f.readAll("bb")
		f.readAll("a")
		_ = late.Control(f.t.Context(), Cancel)
		for _, key := range []string{"a", "bb"} {
			f.readAll(key)
		}
		second.readAll("a")
		if r, err := diskcache.ReadRecord(p.RecordPath()); err != nil || r.State != Complete.String() {
			f.t.Errorf("the record of the second is %+v, %v", r, err)
		}
		if err := second.Close(); err != nil {
			f.t.Error(err)
		}
		time.Sleep(2 * time.Second)
		f.readAll("bb")
		f.reopen()
		f.readAll("a")
		f.readAll("bb")
	}, file("a", mb), file("bb", 2*mb))
}

// TestManyHandles opens more complete files than may be open at once: each can be read,
// without a request.
func TestManyHandles(t *testing.T) {
	const files = 30
	var list []fetchtest.File
	for i := range files {
		list = append(list, fetchtest.File{Name: string(rune('A' + i)), Content: fetchtest.Random(uint64(i), 100_000)})
	}
	bubble(t, func(f *fixture) {
		f.opt.maxOpen = 8
		f.reopen()
		before := len(descriptors(f.t))
		for _, a := range list {
			f.readAll(a.Name)
			f.untilState(f.download(a.Name), Complete)
		}
		f.origin.Fault(fetchtest.Always, fetchtest.Status(404))
		var readers []*Reader
		for _, a := range list {
			readers = append(readers, f.reader(a.Name))
		}
		for range 2 {
			for _, r := range readers {
				f.read(r, 0, 100_000)
			}
		}
		if n := len(descriptors(f.t)) - before; n > f.opt.maxOpen+1 {
			f.t.Errorf("%d more files are open", n)
		}
	}, list...)
}

// TestCommandsWithoutAFolder has the folder removed, and a file in its place: a command
// whose effect cannot be kept fails, and leaves nothing to mend once a folder can be made.
func TestCommandsWithoutAFolder(t *testing.T) {
	bubble(t, func(f *fixture) {
		d := f.download("a")
		f.control(d, Start)
		f.untilState(d, Complete)
		if err := errors.Join(os.RemoveAll(f.dir), os.WriteFile(f.dir, nil, 0o600)); err != nil {
			f.t.Fatal(err)
		}
		for _, c := range []Command{Start, Pause, Resume} {
			if err := d.Control(f.t.Context(), c); !errors.Is(err, ErrDisk) {
				f.t.Errorf("%v: %v", c, err)
			}
		}
		if err := os.Remove(f.dir); err != nil {
			f.t.Fatal(err)
		}
		f.control(d, Pause) // at once
		f.control(d, Resume)
		f.reopen()
		f.readAll("a")
	}, file("a", mb))
}
