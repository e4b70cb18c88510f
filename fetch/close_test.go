package fetch

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
)

func TestControlAfterClose(t *testing.T) {
	bubble(t, func(f *fixture) {
		d := f.download("a")
		f.read(f.reader("a"), 0, 1000)
		f.close()
		for _, c := range []Command{Start, Pause, Resume, Cancel, Evict} {
			if err := d.Control(f.t.Context(), c); !errors.Is(err, ErrClosed) {
				t.Errorf("%v: %v", c, err)
			}
		}
		if _, err := diskcache.ReadRecord(d.entry.RecordPath()); err != nil {
			t.Errorf("the record is gone: %v", err)
		}
	}, file("a", mb))
}

// TestReadAfterClose reads by a store that was closed, whose folder another has
// changed since: bytes of the one are not taken for the other's.
func TestReadAfterClose(t *testing.T) {
	bubble(t, func(f *fixture) {
		d := f.download("a")
		r := d.NewReader()
		f.read(r, 0, 100_000)
		_ = r.Close()
		old := f.Store
		f.close()
		f.origin.Replace("a", fetchtest.Random(99, 4*mb))
		f.open()
		f.control(f.download("a"), Start)
		f.control(f.download("a"), Cancel)
		f.read(f.reader("a"), 3*mb, 1000)
		late := d.NewReader()
		if n, err := late.ReadAt(context.Background(), make([]byte, 1000), 0); n != 0 || !errors.Is(err, ErrClosed) {
			t.Errorf("a handle of the closed store: %d, %v", n, err)
		}
		_ = late.Close()
		if s := old.Download(Remote{Key: "bb", Size: -1}).Status(); !errors.Is(s.Err, ErrClosed) {
			t.Errorf("a download of the closed store: %+v", s)
		}
		f.read(f.reader("a"), 3*mb, 1000)
	}, file("a", 4*mb))
}

// TestOpenThatFails leaves nothing behind, neither a goroutine nor the lock, and
// says the same as long as there is reason to.
func TestOpenThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		p := diskcache.PlaceOf(dir, diskcache.NameOf("a"))
		obstacle := filepath.Join(p.SessionPath(), "sub")
		if err := os.MkdirAll(obstacle, 0o700); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := Open(dir, Options{Session: true}); err == nil || errors.Is(err, ErrLocked) {
				t.Errorf("opened over what it cannot drop: %v", err)
			}
		}
		if err := os.Remove(obstacle); err != nil {
			t.Fatal(err)
		}
		s, err := Open(dir, Options{Session: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestChangedAfterClose has a read past a full disk find another version when the
// store is closed, and the folder another process's: nothing is touched there.
func TestChangedAfterClose(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.read(f.reader("a"), 0, 100_000)
		d := f.download("a")
		f.close()
		known := d.content.validator // which nothing changes any more
		if err := (&memorySink{transfer: &transfer{d: d}, known: version{Validator: known}}).replace(validator.Validator{Size: 1}); !errors.Is(err, ErrClosed) {
			t.Errorf("it ended with %v", err)
		}
		if r, err := diskcache.ReadRecord(d.entry.RecordPath()); err != nil || r.Held.Len() == 0 {
			t.Errorf("the record is %+v, %v", r, err)
		}
	}, file("a", mb))
}
