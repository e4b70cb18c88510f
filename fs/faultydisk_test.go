package fs

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A faultyDisk is a mount of a failing file system, in a process of its own.
type faultyDisk struct {
	t       *testing.T
	dir     string
	orders  io.Writer
	replies *bufio.Scanner
}

// newFaultyDisk mounts one until the end of the test.
func (w *world) newFaultyDisk() *faultyDisk {
	w.t.Helper()
	below, dir := w.t.TempDir(), filepath.Join(w.t.TempDir(), "disk")
	w.must(os.Mkdir(dir, 0o700))
	cmd := w.asClient("failing", below, dir)
	cmd.Stderr = os.Stderr
	orders, err := cmd.StdinPipe()
	w.must(err)
	replies, err := cmd.StdoutPipe()
	w.must(err)
	w.must(cmd.Start())
	d := &faultyDisk{w.t, dir, orders, bufio.NewScanner(replies)}
	w.t.Cleanup(func() {
		d.checkClosed()
		_ = orders.Close()
		if err := cmd.Wait(); err != nil {
			w.t.Errorf("the disk: %v", err)
		}
	})
	d.expect("mounted")
	return d
}

// checkClosed fails if this process has a file of the disk open.
func (d *faultyDisk) checkClosed() {
	d.t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*") // nothing where there is no such thing
	if err != nil {
		d.t.Error(err)
	}
	for _, link := range links {
		if to, err := os.Readlink(link); err == nil && strings.HasPrefix(to, d.dir) {
			d.t.Errorf("%s is open", to)
		}
	}
}

func (d *faultyDisk) expect(want string) {
	d.t.Helper()
	if !d.replies.Scan() || d.replies.Text() != want {
		d.t.Fatalf("the disk says %q", d.replies.Text())
	}
}

// fail has an operation fail left times after skip others of its kind.
func (d *faultyDisk) fail(op string, skip, left int) {
	d.t.Helper()
	if _, err := fmt.Fprintln(d.orders, op, skip, left); err != nil {
		d.t.Fatal(err)
	}
	d.expect("done")
}

func (d *faultyDisk) heal() { d.fail("nothing", 0, 0) }

// TestFailingDisk keeps the cache of a mount on a disk that fails, once or for a
// while, at its first operation of a kind and at later ones. What is read is
// right or an error, nothing hangs, and when it is over all can be had.
func TestFailingDisk(t *testing.T) {
	need(t, "cmp", "setfattr")
	for _, op := range []string{"read", "write", "fsync", "rename", "unlink", "truncate", "open", "create"} {
		t.Run(op, func(t *testing.T) {
			w := newWorld(t, 900_000)
			disk := w.newFaultyDisk()
			w.cache = filepath.Join(disk.dir, "cache")
			w.cfg.CacheDir = w.cache
			w.mount()
			w.abba()
			w.write("right", 900_000)
			for _, skip := range []int{0, 1, 4} {
				for _, left := range []int{1, 1000} {
					disk.fail(op, skip, left)
					w.endure(disk)
				}
			}
			disk.fail(op, 0, 1000)
			w.start(`cat "$A/ABBA - SOS.m4a" >/dev/null`)()
			w.unmountOn(disk)
		})
	}
}

// write puts the bytes of Waterloo into a file of the scripts.
func (w *world) write(name string, size int64) {
	w.t.Helper()
	file, err := os.Create(filepath.Join(w.tmp, name))
	w.must(err)
	_, err = io.Copy(file, io.NewSectionReader(w.origin.Content("Waterloo.m4a"), 0, size))
	w.must(errors.Join(err, file.Close()))
}

// endure reads and gives commands while the disk fails, and when it does not
// any more.
func (w *world) endure(disk *faultyDisk) {
	w.t.Helper()
	out := w.sh(`F="$A/ABBA - Waterloo.m4a"
		cat "$F" >got 2>err && { cmp got right || echo WRONG; }
		head -c "$(stat -c %s got)" right | cmp - got || echo WRONG
		for v in pause resume evict; do setfattr -n user.tunesfs.control -v $v "$F" 2>>err; done
		cat "$F" >got 2>>err && { cmp got right || echo WRONG; }
		grep -v 'Input/output error\|Device or resource busy\|No space' err; true`)
	if out != "" {
		w.t.Errorf("while the disk fails:\n%s", out)
	}
	disk.heal()
	w.sh(`F="$A/ABBA - Waterloo.m4a"; for v in pause cancel evict; do setfattr -n user.tunesfs.control -v $v "$F" 2>/dev/null; done
		cat "$F" | cmp - right && setfattr -n user.tunesfs.control -v evict "$F"`)
}

// unmountOn unmounts while the disk fails, which is no reason not to.
func (w *world) unmountOn(disk *faultyDisk) {
	w.t.Helper()
	w.must(w.fs.Unmount(w.ctx()))
	w.fs.Wait()
	w.fs = nil
	if err := w.store.Close(); err != nil && !errors.Is(err, syscall.EIO) && !strings.Contains(err.Error(), "cache") {
		w.t.Errorf("closing: %v", err)
	}
	disk.heal()
	w.must(w.library.Close())
	w.client.CloseIdleConnections()
	w.mount()
	w.sh(`cat "$A/ABBA - SOS.m4a" >/dev/null`)
}
