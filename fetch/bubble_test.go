package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// patience is how long a read may wait when nothing arrives: the store's
// deadline, and a little for the attempt that is under way when it passes.
const patience = defaultNoProgress + 5*time.Second

// bubble runs a test with an origin that has no sockets, where waiting costs no
// time, and checks that nothing is left open when the store is closed.
func bubble(t *testing.T, do func(f *fixture), files ...fetchtest.File) {
	t.Helper()
	leavesNothingOpen(t)
	bubbleAmongOthers(t, false, do, files...)
}

// leavesNothingOpen checks that no file is open at the end of a test that was
// not at its beginning.
func leavesNothingOpen(t *testing.T) {
	t.Helper()
	before := descriptors(t)
	t.Cleanup(func() {
		if after := descriptors(t); len(after) > len(before) {
			t.Errorf("open are %q, before were %q", after, before)
		}
	})
}

// bubbleAmongOthers is bubble for tests that run at the same time, which cannot
// tell whose files are open. With secure it has TLS and HTTP/2.
func bubbleAmongOthers(t *testing.T, secure bool, do func(f *fixture), files ...fetchtest.File) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		start := fetchtest.NewLocal
		if secure {
			start = fetchtest.NewLocalTLS
		}
		f := newFixture(t, start(t, "origin.test", files...))
		t.Cleanup(func() { _ = f.Close() }) // what the test closed before
		do(f)
	})
}

// descriptors returns the open files of this process, where that can be told.
func descriptors(t *testing.T) (open []string) {
	if runtime.GOOS != "linux" {
		return nil
	}
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		target, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err == nil && !strings.HasPrefix(target, "anon_inode:") { // the list itself, the runtime's poller
			open = append(open, target)
		}
	}
	return open
}

// attempt reads n bytes at off, compares them, and minds the deadline.
func (f *fixture) attempt(r *Reader, off, n int64) error {
	got, began := make([]byte, n), time.Now()
	read, err := r.ReadAt(context.Background(), got, off)
	if took := time.Since(began); took > patience {
		f.t.Errorf("a read at %d waited %v and ended with %v", off, took, err)
	}
	if errors.Is(err, io.EOF) {
		err = nil
		if size := f.origin.Content(r.d.key).Size(); off+int64(read) != size {
			return fmt.Errorf("the file ended at %d of %d", off+int64(read), size)
		}
	}
	if err != nil {
		return err
	}
	if err := fetchtest.Check(f.origin.Content(r.d.key), off, got[:read]); err != nil {
		f.t.Errorf("WRONG BYTES at %d: %v", off, err)
		return err
	}
	return nil
}

// whole reads a file from start to end with a handle of its own.
func (f *fixture) whole(key string) error {
	r := f.download(key).NewReader()
	defer func() { _ = r.Close() }()
	for off, size := int64(0), f.origin.Content(key).Size(); off <= size; off += 128 << 10 {
		if err := f.attempt(r, off, 128<<10); err != nil {
			return err
		}
	}
	return nil
}

// readTogether has n readers read the whole at once and returns what the first of them
// failed with.
func (f *fixture) readTogether(n int, key string) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = f.whole(key) })
	}
	wg.Wait()
	return cmp.Or(errs...)
}
