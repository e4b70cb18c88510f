package fs

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// smallDisk returns a folder on a disk of 64 kB. fill leaves no byte free on it,
// and the function that fill returns undoes that.
func smallDisk(t *testing.T) (dir string, fill func() (free func())) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root mounts a small disk")
	}
	dir = t.TempDir()
	attach(t, dir, "-t", "tmpfs", "-o", "size=64k", "tmpfs")
	return dir, func() (free func()) {
		t.Helper()
		filler := filepath.Join(dir, "filler")
		if err := os.WriteFile(filler, make([]byte, 1<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("the disk is not full: %v", err)
		}
		return func() {
			t.Helper()
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// fullState returns a mounted world with abba's folder, whose searches are on a disk
// that is full until free is called.
func fullState(t *testing.T) (w *world, log *lockedBuffer, free func()) {
	t.Helper()
	disk, fill := smallDisk(t)
	w, log = newWorld(t, 1000), new(lockedBuffer)
	w.cfg.StateDir = filepath.Join(disk, "state")
	w.cfg.Logger = slog.New(slog.NewTextHandler(log, nil))
	w.mount()
	w.abba()
	return w, log, fill()
}

// Where a search cannot be saved mkdir and rmdir say so, and change nothing. rm
// does not wait for the disk: what it removed is saved when it can be.
func TestSearchesOnAFullDisk(t *testing.T) {
	w, log, free := fullState(t)
	w.run([]step{
		{what: "mkdir", script: `mkdir "$M/queen"`, fails: "No space left on device"},
		{what: "rmdir", script: `rmdir "$A"`, fails: "No space left on device"},
		{what: "nothing has changed", script: `ls "$M"; ls "$A"`, prints: "abba\n" + abbaFolder},
		{what: "rm", script: `rm "$A/ABBA - SOS.m4a"; ls "$A"`, prints: strings.ReplaceAll(abbaFolder, "ABBA - SOS.m4a\n", "")},
	})
	for _, line := range []string{"cannot save a search", "cannot save that a search was removed", "cannot save what was removed"} {
		log.await(t, line)
	}
	free()
	w.sh(`mkdir "$M/queen"; rmdir "$M/queen"`)
	w.unmount()
	w.mount()
	w.expect(`ls "$M"; ls "$A"`, "abba\n"+strings.ReplaceAll(abbaFolder, "ABBA - SOS.m4a\n", ""))
}

// A disk may be full of files, not of bytes: then no file can be made, and removing
// it afterwards says that there is none. mkdir says that the disk is full.
func TestSearchesOnADiskWithoutInodes(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root mounts a small disk")
	}
	disk := t.TempDir()
	attach(t, disk, "-t", "tmpfs", "-o", "size=1m,nr_inodes=16", "tmpfs")
	w := newWorld(t, 1000)
	w.cfg.StateDir = filepath.Join(disk, "state")
	w.mount()
	w.abba()
	for n, err := 0, error(nil); err == nil; n++ {
		err = os.WriteFile(filepath.Join(disk, strconv.Itoa(n)), nil, 0o600)
	}
	w.fails(`mkdir "$M/queen"`, "No space left on device")
	w.fails(`rmdir "$A"`, "No space left on device")
	w.expect(`ls "$M"`, "abba")
}

// What was removed while the disk was full is saved by the unmount if nothing
// else was saved since.
func TestRemovedOnAFullDisk(t *testing.T) {
	w, log, free := fullState(t)
	w.sh(`rm "$A/ABBA - SOS.m4a"`)
	log.await(t, "cannot save what was removed")
	free()
	w.unmount()
	w.mount()
	w.expect(`ls "$A"`, strings.ReplaceAll(abbaFolder, "ABBA - SOS.m4a\n", ""))
}

// A mount whose searches cannot be saved does not come up.
func TestMountOnAFullDisk(t *testing.T) {
	disk, fill := smallDisk(t)
	w := newWorld(t, 1000)
	w.mount()
	cfg := w.cfg
	cfg.StateDir, cfg.Searches = filepath.Join(disk, "state"), []string{"abba"}
	defer fill()()
	failing, err := New(cfg)
	w.must(err)
	dir := t.TempDir()
	if err := failing.Mount(dir, w.store); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), `the search "abba"`) {
		t.Errorf("the mount fails with %v", err)
	}
	if isMounted(dir) {
		t.Error("it is mounted")
	}
}

// A read past a full disk that a signal ends gives the bytes that it has.
func TestInterruptedPastAFullDisk(t *testing.T) {
	const size, ahead = 2_000_000, 1 << 20 // the first read brings so much
	w := newWorld(t, size)
	w.opt.MaxBytes, w.opt.NoProgress = 1, time.Hour
	w.mount()
	w.abba()
	w.expect(sos+`stat -c %s "$S"`, "2000000")
	h := w.openHandle()
	defer h.Release(context.Background())
	if n := len(w.readHandle(t.Context(), h, 0, 1000)); n != 1000 {
		t.Fatalf("%d bytes are read", n)
	}
	gate := make(chan struct{})
	defer close(gate)
	w.origin.Fault(fetchtest.Always, fetchtest.HoldAt(fetchtest.BeforeHead, gate))
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	asked := w.origin.Stats().Requests
	go func() {
		_ = w.origin.WaitRequests(t.Context(), asked+1) // what is missing is asked for
		interrupt()
	}()
	for i := range 20 { // again, once the signal has come
		if n := len(w.readHandle(ctx, h, ahead-3000, 128<<10)); n != 3000 {
			t.Errorf("a signal makes it %d bytes the %dth time", n, i)
		}
	}
}

// readHandle reads from a handle of SOS and checks the bytes.
func (w *world) readHandle(ctx context.Context, h *trackHandle, off int64, n int) []byte {
	w.t.Helper()
	buf := make([]byte, n)
	result, errno := h.Read(ctx, buf, off)
	if errno != 0 {
		w.t.Fatalf("the read at %d fails: %v", off, errno)
	}
	got, status := result.Bytes(make([]byte, n))
	if !status.Ok() {
		w.t.Fatal(status)
	}
	w.must(fetchtest.Check(w.origin.Content("SOS.m4a"), off, got))
	return got
}
