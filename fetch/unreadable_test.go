package fetch

import (
	"errors"
	"os"
	"runtime"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// obstacles make the file at a path impossible to read for now. undo puts back
// what was there.
var obstacles = map[string]func(t *testing.T, path string) (undo func()){
	"a folder in its place": func(t *testing.T, path string) func() {
		return aside(t, path, func() error { return os.Mkdir(path, 0o700) })
	},
	"a link to itself": func(t *testing.T, path string) func() {
		return aside(t, path, func() error { return os.Symlink(path, path) })
	},
	"no descriptor left": func(t *testing.T, _ string) func() {
		var limit syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
			t.Fatal(err)
		}
		none := limit
		none.Cur = 0
		set := func(to syscall.Rlimit) {
			if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &to); err != nil {
				t.Fatal(err)
			}
		}
		set(none)
		return func() { set(limit) }
	},
}

// aside puts another thing in the place of a file.
func aside(t *testing.T, path string, put func() error) (undo func()) {
	t.Helper()
	if err := errors.Join(os.Rename(path, path+".aside"), put()); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := errors.Join(os.Remove(path), os.Rename(path+".aside", path)); err != nil {
			t.Fatal(err)
		}
	}
}

// completed reads the file of these tests whole, and returns where it is kept.
func (f *fixture) completed() diskcache.Place {
	f.t.Helper()
	f.readAll("a")
	d := f.download("a")
	f.until(d, "its digest", func(Status) bool { return d.hasSum() }) // or the next session makes it
	return d.entry.Place
}

// wantComplete checks that the file is as complete as it was.
func (f *fixture) wantComplete() {
	f.t.Helper()
	if s := f.download("a").Status(); s.State != Complete || s.Held != mb {
		f.t.Errorf("once it can be read: %+v", s)
	}
}

// TestUnreadableStays cannot read the record, or the data, of a complete file
// for a while: that is said, and costs nothing of what is held.
func TestUnreadableStays(t *testing.T) {
	for name, obstruct := range obstacles {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				p := f.completed()
				f.reopen()
				undo := obstruct(t, p.RecordPath())
				s := f.download("a").Status()
				undo()
				if name == "a folder in its place" {
					if s.State != Idle || s.Err != nil {
						t.Errorf("%+v, want that it is skipped", s)
					}
				} else if s.State != Failed || !errors.Is(s.Err, fault.ErrDisk) && !errors.Is(s.Err, ErrNoSpace) {
					t.Errorf("%+v", s)
				}
				f.reopen()
				f.wantComplete()
			}, file("a", mb))
		})
	}
}

// TestUnreadableDataStays has the data be so, before the record is read and after: the
// bytes come past the cache.
func TestUnreadableDataStays(t *testing.T) {
	for name, known := range map[string]bool{"before the record is read": false, "after": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				p := f.completed()
				f.reopen()
				if known {
					defer runtime.KeepAlive(f.download("a"))
				}
				undo := obstacles["a link to itself"](t, dataFile(p))
				if err := f.attempt(f.reader("a"), 0, 1000); err != nil {
					t.Errorf("read: %v", err)
				}
				undo()
				f.reopen()
				f.wantComplete()
			}, file("a", mb))
		})
	}
}

// TestVerifyKeepsTheUnreadable has Verify meet what it cannot read.
func TestVerifyKeepsTheUnreadable(t *testing.T) {
	for name, of := range map[string]func(p diskcache.Place) string{
		"record": func(p diskcache.Place) string { return p.RecordPath() },
		"data":   func(p diskcache.Place) string { return dataFile(p) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				p := f.completed()
				f.close()
				undo := obstacles["a link to itself"](t, of(p))
				var found error
				err := Verify(t.Context(), f.dir, func(e Entry) { found = e.Err })
				if err != nil || !errors.Is(found, syscall.ELOOP) {
					t.Errorf("Verify: %v, found %v", err, found)
				}
				undo()
				f.open()
				f.wantComplete()
			}, file("a", mb))
		})
	}
}
