package fetch

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/internal/durable"
)

const mb = 1 << 20

// diskHook, where a test sets it, learns of what stores with hookedFiles do.
var diskHook func(durable.Step) error

var hookedFiles = durable.Files{Hook: func(s durable.Step) error {
	if diskHook == nil {
		return nil
	}
	return diskHook(s)
}}

// fixture is an origin and a store that fetches from it.
type fixture struct {
	*Store
	t      *testing.T
	origin *fetchtest.Origin
	dir    string
	opt    Options
}

// newFixture opens a store in a folder of its own. The key of a file is its
// name at the origin.
func newFixture(t *testing.T, o *fetchtest.Origin) *fixture {
	f := &fixture{t: t, origin: o, dir: memoryDir(t)}
	f.opt = Options{
		files:     hookedFiles,
		Transport: o.Transport(),
		Logger:    slog.New(slog.DiscardHandler),
		Locate: func(_ context.Context, key string) (Location, error) {
			return Location{URL: o.URL(key)}, nil
		},
	}
	f.open()
	t.Cleanup(func() { f.close() })
	return f
}

// memoryDir returns a folder in memory where there is one: what is tested is
// not the disk.
func memoryDir(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "fetch")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func (f *fixture) open() {
	f.t.Helper()
	s, err := Open(f.dir, f.opt)
	if err != nil {
		f.t.Fatal(err)
	}
	f.Store = s
}

func (f *fixture) close() {
	f.t.Helper()
	if err := f.Close(); err != nil {
		f.t.Errorf("Close: %v", err)
	}
}

// reopen closes the store and opens it again, as a new process would.
func (f *fixture) reopen() {
	f.t.Helper()
	f.close()
	f.open()
}

func (f *fixture) download(key string) *Download {
	return f.Download(Remote{Key: key, Size: -1})
}

func (f *fixture) reader(key string) *Reader {
	r := f.download(key).NewReader()
	f.t.Cleanup(func() { _ = r.Close() })
	return r
}

// read reads n bytes at off and compares them with what the origin has.
func (f *fixture) read(r *Reader, off, n int64) {
	f.t.Helper()
	got := make([]byte, n)
	read, err := r.ReadAt(f.t.Context(), got, off)
	if err != nil && !(errors.Is(err, io.EOF) && int64(read) < n) {
		f.t.Fatalf("ReadAt(%d bytes, %d) = %d, %v", n, off, read, err)
	}
	if err := fetchtest.Check(f.origin.Content(r.d.key), off, got[:read]); err != nil {
		f.t.Fatal(err)
	}
}

// readAll reads the file from start to end in pieces, as cp does.
func (f *fixture) readAll(key string) {
	f.t.Helper()
	r := f.download(key).NewReader()
	defer func() { _ = r.Close() }()
	body := &contextReader{r: r, ctx: f.t.Context()}
	if err := fetchtest.CheckReader(f.origin.Content(key), body); err != nil {
		f.t.Fatal(err)
	}
}

// contextReader reads a Reader from its start.
type contextReader struct {
	r   *Reader
	ctx context.Context
	off int64
}

func (c *contextReader) Read(p []byte) (int, error) {
	n, err := c.r.ReadAt(c.ctx, p[:min(len(p), 128<<10)], c.off)
	c.off += int64(n)
	return n, err
}

// until waits for a status. Nothing is polled: it wakes with the download.
func (f *fixture) until(d *Download, what string, ok func(Status) bool) Status {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), time.Minute)
	defer cancel()
	w := &waiter{} // wants nothing, but is told of changes
	d.mu.Lock()
	d.waiters.add(w)
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.leaveLocked(w)
	}()
	for {
		d.mu.Lock()
		changed := d.waiters.next()
		d.mu.Unlock()
		s := d.Status()
		if ok(s) {
			return s
		}
		select {
		case <-changed:
		case <-ctx.Done():
			f.t.Fatalf("waiting for %s: %+v", what, s)
		}
	}
}

func (f *fixture) untilState(d *Download, want State) Status {
	f.t.Helper()
	return f.until(d, want.String(), func(s Status) bool { return s.State == want })
}

// sent returns how many bytes of files the origin has sent, once it sends none.
func (f *fixture) sent() int64 {
	f.t.Helper()
	if err := f.origin.WaitIdle(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	return f.origin.Sent()
}

func (f *fixture) control(d *Download, c Command) {
	f.t.Helper()
	if err := d.Control(f.t.Context(), c); err != nil {
		f.t.Fatalf("%v: %v", c, err)
	}
}

func file(name string, size int64) fetchtest.File {
	return fetchtest.File{Name: name, Content: fetchtest.Random(uint64(len(name)), size)}
}

// dataFile returns where the bytes of an entry lie: in the generation that its
// record names, or in the one that is there.
func dataFile(p diskcache.Place) string {
	if r, err := diskcache.ReadRecord(p.RecordPath()); err == nil && len(r.Held) > 0 {
		return p.DataPath(r.Data)
	}
	if there := dataFiles(p); len(there) > 0 {
		return there[0]
	}
	return p.DataPath("")
}

// dataFiles returns all generations of an entry that are on disk.
func dataFiles(p diskcache.Place) []string {
	paths, err := filepath.Glob(strings.TrimSuffix(p.DataPath(""), "data") + "*")
	if err != nil {
		panic(err)
	}
	return slices.DeleteFunc(paths, func(path string) bool { return !strings.HasSuffix(path, ".data") })
}
