package fetch

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// small mounts a file system of some KiB at a new folder.
func small(t *testing.T, kib string) string {
	t.Helper()
	dir := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size="+kib+"k", "tmpfs", dir).CombinedOutput()
	if err != nil && os.Getenv("CI") == "" {
		t.Skipf("cannot mount: %s", out)
	}
	if err != nil {
		t.Fatalf("cannot mount: %s", out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil { //nolint:noctx // after the test
			t.Errorf("umount: %s", out)
		}
	})
	return dir
}

// TestDiskFull runs a store on disks that are full after so many KiB, up to one
// on which all finds room: at each write of data, and when a record is written.
// Reads go on, and what is said to be held is right when the disk has grown.
func TestDiskFull(t *testing.T) {
	for kib := 4; kib <= 340; kib += 8 {
		t.Run(fmt.Sprint(kib), func(t *testing.T) {
			dir := small(t, fmt.Sprint(kib))
			bubble(t, func(f *fixture) {
				f.close()
				f.dir = dir
				s, err := Open(f.dir, f.opt)
				if err != nil {
					if !errors.Is(fault.Disk(err), ErrNoSpace) {
						t.Errorf("Open: %v", err)
					}
					f.dir = t.TempDir()
					f.open()
					return
				}
				f.Store = s
				for range 3 {
					if err := f.whole("a"); err != nil && !errors.Is(err, ErrNoSpace) {
						t.Errorf("reading: %v", err)
					}
					time.Sleep(2 * failedRest)
				}
				d := f.download("a")
				if err := d.Control(f.t.Context(), Start); err != nil && !errors.Is(err, ErrNoSpace) {
					t.Errorf("start: %v", err)
				}
				f.until(d, "an end", func(s Status) bool { return s.State == Failed || s.State == Complete })
				_ = f.Close() // what cannot be recorded is its error
				if out, err := exec.CommandContext(t.Context(), "mount", "-o", "remount,size=20m", dir).CombinedOutput(); err != nil {
					t.Fatalf("remount: %s", out)
				}
				f.open()
				if err := f.readTogether(3, "a"); err != nil {
					t.Errorf("with space: %v", err)
				}
			}, file("a", 300_003))
		})
	}
}

// TestTornRecord opens a store whose record was cut at every byte, and changed
// at every byte: nothing wrong is served.
func TestTornRecord(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.read(f.reader("a"), 0, 5000)
		p := f.download("a").entry.Place
		f.close()
		whole, err := os.ReadFile(p.RecordPath())
		if err != nil {
			t.Fatal(err)
		}
		path := dataFile(p)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range whole {
			changed := append([]byte(nil), whole...)
			changed[i] ^= 1
			for _, torn := range [][]byte{whole[:i], changed} {
				write(t, p.RecordPath(), torn)
				write(t, path, data)
				f.open()
				if s := f.download("a").Status(); s.Held != 0 {
					t.Fatalf("cut or changed at %d of %d: holds %d", i, len(whole), s.Held)
				}
				if i%50 == 0 {
					f.read(f.reader("a"), 0, 5000)
				}
				f.close()
			}
		}
		f.open()
	}, file("a", 20_000))
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestRecordOfTheFuture finds a record that a later version has written: it and
// its data are left alone until the user cancels.
func TestRecordOfTheFuture(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.readAll("a")
		f.untilState(f.download("a"), Complete)
		p := f.download("a").entry.Place
		f.close()
		b := []byte(`{"version":99,"key":"a","state":"complete","new":true}`)
		write(t, p.RecordPath(), []byte(`{"sha256":"`+diskcache.Checksum(b)+`","record":`+string(b)+`}`))
		write(t, p.ActivePath(), nil)
		f.open()
		d := f.download("a")
		if err := f.attempt(f.reader("a"), 0, 10); !errors.Is(err, ErrTooNew) {
			t.Errorf("read: %v", err)
		}
		for _, c := range []Command{Start, Pause, Resume} {
			if err := d.Control(f.t.Context(), c); !errors.Is(err, ErrTooNew) {
				t.Errorf("%v: %v", c, err)
			}
		}
		if _, err := d.Size(f.t.Context()); !errors.Is(err, ErrTooNew) {
			t.Errorf("size: %v", err)
		}
		if s := d.Status(); !errors.Is(s.Err, ErrTooNew) || s.State != Failed {
			t.Errorf("%+v", s)
		}
		f.reopen()
		if info, err := os.Stat(dataFile(p)); err != nil || info.Size() != mb {
			t.Errorf("the data: %v, %v", info, err)
		}
		f.control(f.download("a"), Cancel)
		if _, err := os.Stat(dataFile(p)); err == nil {
			t.Error("the data is there after Cancel")
		}
		if err := f.whole("a"); err != nil {
			t.Errorf("after Cancel: %v", err)
		}
	}, file("a", mb))
}

// TestCacheGoneWhileOpen takes the whole folder away under a store: it goes on,
// and nothing wrong is found when it is opened again.
func TestCacheGoneWhileOpen(t *testing.T) {
	bubble(t, func(f *fixture) {
		r := f.reader("a")
		defer func() { _ = r.Close() }()
		f.read(r, 0, 100_000)
		if err := os.RemoveAll(f.dir); err != nil {
			t.Fatal(err)
		}
		f.read(r, 2*mb, 100_000)
		f.read(r, 0, 100_000)
		d := f.download("a")
		f.control(d, Start)
		f.control(d, Pause)
		f.control(d, Resume)
		f.untilState(d, Complete)
		f.read(f.reader("a"), 0, 3*mb)
		_ = f.Close()
		f.open()
		f.readAll("a")
		f.control(f.download("a"), Evict)
		f.readAll("a")
	}, file("a", 3*mb))
}

// TestReadOnlyCache has a folder that cannot be written to: a clear word.
func TestReadOnlyCache(t *testing.T) {
	dir := small(t, "1000")
	if out, err := exec.CommandContext(t.Context(), "mount", "-o", "remount,ro", dir).CombinedOutput(); err != nil {
		t.Fatalf("remount: %s", out)
	}
	if s, err := Open(filepath.Join(dir, "cache"), Options{}); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("Open: %v, %v", s, err)
	}
}

// TestCacheBecomesReadOnly has it become so under a download.
func TestCacheBecomesReadOnly(t *testing.T) {
	dir := small(t, "20000")
	bubble(t, func(f *fixture) {
		f.close()
		f.dir = dir
		f.open()
		f.origin.Fault(fetchtest.Always, fetchtest.Trickle(500_000))
		r := f.download("a").NewReader()
		f.read(r, 0, 400_000)
		_ = r.Close()
		time.Sleep(time.Second)
		d := f.download("a")
		f.control(d, Pause)
		time.Sleep(time.Second)
		f.close()
		remount := func(how string) {
			if out, err := exec.CommandContext(t.Context(), "mount", "-o", "remount,"+how, dir).CombinedOutput(); err != nil {
				t.Fatalf("remount: %s", out)
			}
		}
		remount("ro")
		if s, err := Open(dir, f.opt); err == nil {
			t.Errorf("opened %v", s)
		}
		remount("rw")
		f.open()
		f.read(f.reader("a"), 0, 400_000)
	}, file("a", 3*mb))
}
