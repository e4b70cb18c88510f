package fetch

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"math"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

const salvageSize = 3*mb + 7

// salvaged are files by how their server tells one version from another.
func salvaged() map[string]fetchtest.File {
	files := map[string]fetchtest.File{
		"a tag":            {},
		"a date":           {NoETag: true, Modified: time.Date(1999, 2, 3, 4, 5, 6, 0, time.UTC)},
		"no validator":     {NoETag: true, NoModified: true},
		"no ranges":        {NoRanges: true},
		"no length either": {NoRanges: true, NoLength: true, NoETag: true, NoModified: true},
	}
	for name, f := range files {
		f.Name, f.Content = "a", fetchtest.Random(1, salvageSize)
		files[name] = f
	}
	return files
}

// spoils are ways in which the cache's disk does not give bytes that are held.
var spoils = map[string]func(t *testing.T, d *Download, disk *faultyDisk){
	"one bad read":   func(_ *testing.T, _ *Download, disk *faultyDisk) { disk.fail("reading", 3, 1, syscall.EIO) },
	"a dead disk":    func(_ *testing.T, _ *Download, disk *faultyDisk) { disk.fail("reading", 0, math.MaxInt, syscall.EIO) },
	"a file cut":     func(t *testing.T, d *Download, _ *faultyDisk) { cut(t, d, 1_000_001) },
	"a file emptied": func(t *testing.T, d *Download, _ *faultyDisk) { cut(t, d, 0) },
}

// cut truncates the data of a download, of which a handle is open.
func cut(t *testing.T, d *Download, size int64) {
	t.Helper()
	if err := os.Truncate(dataFile(d.entry.Place), size); err != nil {
		t.Fatal(err)
	}
}

// TestReadErrorIsNoEnd has the disk fail to give held bytes, to handles that were
// opened before the file was complete and after: the bytes come past the cache, all of
// them, and the log tells of it once.
func TestReadErrorIsNoEnd(t *testing.T) {
	disk := oneDisk(t)
	for server, file := range salvaged() {
		for spoil, do := range spoils {
			t.Run(server+", "+spoil, func(t *testing.T) {
				bubble(t, func(f *fixture) {
					var log bytes.Buffer
					f.opt.Logger = slog.New(slog.NewTextHandler(&log, nil))
					f.reopen()
					early := f.reader("a")
					f.readAll("a")
					f.completed()
					late := f.reader("a")
					if early.complete != nil || late.complete == nil {
						t.Fatal("the handles are not as they should be")
					}
					do(f.t, late.d, disk)
					for name, r := range map[string]*Reader{"early": early, "late": late} {
						if err := fetchtest.CheckReader(f.origin.Content("a"), &contextReader{r: r, ctx: f.t.Context()}); err != nil {
							t.Errorf("%s: %v", name, err)
						}
					}
					disk.heal()
					f.close()
					if n := strings.Count(log.String(), "past it"); n != 1 {
						t.Errorf("logged %d times:\n%s", n, log.String())
					}
				}, file)
			})
		}
	}
}

// TestReadErrorOffline cannot ask the server either: a read fails, and is not short.
func TestReadErrorOffline(t *testing.T) {
	disk := oneDisk(t)
	for server, file := range salvaged() {
		t.Run(server, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.completed()
				r := f.reader("a")
				disk.fail("reading", 0, math.MaxInt, syscall.EIO)
				f.origin.Fault(fetchtest.Always, fetchtest.Status(404))
				if n, err := r.ReadAt(f.t.Context(), make([]byte, 1000), 5); n != 0 || !errors.Is(err, ErrNotFound) {
					t.Errorf("read %d bytes, %v", n, err)
				}
				disk.heal()
				f.read(r, 0, mb)
			}, file)
		})
	}
}

// TestReadErrorOfAnOldVersion has another file at the server by then: its bytes are
// not mixed with those of the handle.
func TestReadErrorOfAnOldVersion(t *testing.T) {
	disk := oneDisk(t)
	for server, file := range salvaged() {
		t.Run(server, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.completed()
				r := f.reader("a")
				f.read(r, 0, 1000)
				f.origin.Replace("a", fetchtest.Random(2, salvageSize))
				disk.fail("reading", 0, 1, syscall.EIO)
				if n, err := r.ReadAt(f.t.Context(), make([]byte, 1000), 2*mb); n != 0 || !errors.Is(err, ErrStale) {
					t.Errorf("read %d bytes, %v", n, err)
				}
				disk.heal()
				f.readAll("a")
			}, file)
		})
	}
}

// TestReadErrorWhilePaused moves no byte: the read fails with the disk's error.
func TestReadErrorWhilePaused(t *testing.T) {
	disk := oneDisk(t)
	bubble(t, func(f *fixture) {
		r := f.reader("a")
		f.read(r, 0, 1000)
		f.control(r.d, Start)
		f.control(r.d, Pause)
		sent := f.sent()
		disk.fail("reading", 0, 1, syscall.EIO)
		if n, err := r.ReadAt(f.t.Context(), make([]byte, 1000), 0); n != 0 || !errors.Is(err, syscall.EIO) {
			t.Errorf("read %d bytes, %v", n, err)
		}
		if now := f.sent(); now != sent {
			t.Errorf("%d bytes moved", now-sent)
		}
	}, file("a", 30*mb))
}

// TestReadBeyondTheEnd has the data of a complete file be longer than the file.
func TestReadBeyondTheEnd(t *testing.T) {
	bubble(t, func(f *fixture) {
		p := f.completed()
		r := f.reader("a")
		data, err := os.OpenFile(dataFile(p), os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = data.WriteString("more")
		if err := errors.Join(err, data.Close()); err != nil {
			t.Fatal(err)
		}
		if n, err := r.ReadAt(f.t.Context(), make([]byte, 100), mb-10); n != 10 || err != io.EOF {
			t.Errorf("read %d bytes, %v", n, err)
		}
		if n, err := r.ReadAt(f.t.Context(), make([]byte, 100), mb+1); n != 0 || err != io.EOF {
			t.Errorf("read %d bytes, %v", n, err)
		}
	}, file("a", mb))
}
