package fetch

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// extents returns in how many pieces a file lies on its disk, and skips the test
// where that cannot be told.
func extents(t *testing.T, path string) uint32 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	const fiemap, syncFirst = 0xC020660B, 1 // FS_IOC_FIEMAP, FIEMAP_FLAG_SYNC of linux/fiemap.h
	arg := struct {
		start, length                  uint64
		flags, mapped, count, reserved uint32
	}{length: 1 << 62, flags: syncFirst}
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, f.Fd(), fiemap, uintptr(unsafe.Pointer(&arg))); errno != 0 {
		t.Skipf("the file system does not tell: %v", errno)
	}
	return arg.mapped
}

// TestFragments fetches a file over many connections, while what has come is made
// durable again and again: on disk it does not lie in many more pieces than one
// that was written from its start.
func TestFragments(t *testing.T) {
	const size = 32 * mb
	o := fetchtest.New(t, file("a", size))
	o.SetLink(fetchtest.Link{ConnRate: 2 * mb, TotalRate: 24 * mb})
	dir := t.TempDir() // which outlasts the store
	f := newFixture(t, o)
	f.close()
	f.dir = dir
	f.open()
	plain, err := os.Create(filepath.Join(f.dir, "plain"))
	if err != nil {
		t.Fatal(err)
	}
	c := o.Content("a")
	if _, err := io.Copy(plain, io.NewSectionReader(c, 0, c.Size())); err != nil || plain.Close() != nil {
		t.Fatal(err)
	}
	d := f.download("a")
	began := time.Now()
	f.control(d, Start)
	f.untilState(d, Complete)
	got, sequential := extents(t, dataFile(d.entry.Place)), extents(t, plain.Name())
	requests := uint32(len(o.Requests()))
	// What one request brings between two records may lie by itself.
	if records := uint32(time.Since(began)/flushEvery) + 1; got > 2*sequential+requests*records {
		t.Errorf("%d pieces after %d requests and %d records, %d written from the start", got, requests, records, sequential)
	}
}
