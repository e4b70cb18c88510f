package fs

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// A complete file whose cache cannot be read is copied whole as long as the server can
// be asked. Else the copy fails: it never ends early without an error.
func TestReadErrorIsNoEnd(t *testing.T) {
	const size = 3_000_000
	w := newWorld(t, size)
	disk := w.newFaultyDisk()
	w.cache = filepath.Join(disk.dir, "cache")
	w.cfg.CacheDir = w.cache
	w.mount()
	w.abba()
	w.sh(sos + `cat "$S" >/dev/null`)
	w.await(3, fetch.Complete)
	for _, offline := range []bool{false, true} {
		for _, skip := range []int{0, 1, 7} {
			w.unmount() // so that no page is left in memory
			w.mount()
			w.sh(`ls "$A" >/dev/null`)
			if offline {
				w.origin.Fault(fetchtest.Always, fetchtest.Status(403))
			}
			disk.fail("read", skip, 1000)
			out := w.sh(sos + `cp "$S" copy 2>&1; echo $?`)
			disk.heal()
			w.origin.Heal()
			if !offline {
				w.copied("copy", "SOS")
			}
			if failed := out != "0"; failed != offline {
				t.Errorf("cp, offline %v: %s", offline, out)
			}
			w.isPrefix("copy", "SOS")
		}
	}
	w.unmount()
}

// A read of a complete file that the disk cuts short is no end of the file either where
// a signal comes before the rest: the kernel would keep that end.
func TestInterruptedReadErrorIsNoEnd(t *testing.T) {
	const size, cut = 300_000, 100_000
	w := newWorld(t, size)
	w.mount()
	w.abba()
	w.sh(sos + `cat "$S" >/dev/null`)
	w.await(3, fetch.Complete)
	h := w.openHandle()
	defer h.Release(context.Background())
	h.file = h.reader.File()
	w.must(os.Truncate(h.file.Name(), cut))
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
	if result, errno := h.Read(ctx, make([]byte, 4096), cut-1000); errno != syscall.EINTR {
		t.Errorf("a signal makes it %v, %v; want %v", result, errno, syscall.EINTR)
	}
}

// isPrefix checks that a file of the scripts has the first bytes of a track.
func (w *world) isPrefix(name, title string) {
	w.t.Helper()
	file, err := os.Open(filepath.Join(w.tmp, name))
	w.must(err)
	got, err := io.ReadAll(file)
	w.must(errors.Join(err, file.Close()))
	want := make([]byte, len(got))
	if _, err := w.origin.Content(title+".m4a").ReadAt(want, 0); err != nil && err != io.EOF || !bytes.Equal(got, want) {
		w.t.Errorf("%s has wrong bytes: %v", name, err)
	}
}
