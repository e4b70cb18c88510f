package mounts

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// Open returns the device that mount opened, and no other program inherits it.
func TestOpen(t *testing.T) {
	if err := CheckDevice(); err != nil {
		t.Skip(err)
	}
	before, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	var fd int
	d, err := Open(func() (err error) {
		fd, err = unix.Open("/dev/fuse", unix.O_RDWR, 0) // without close-on-exec
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC == 0 {
		t.Errorf("the flags are %x, %v", flags, err)
	}
	if !d.IsKnown() || d.fd != fd {
		t.Errorf("found %+v, want %d", d, fd)
	}
	if d, err := Open(func() error { return nil }); err != nil || d.IsKnown() || d.Aborted() {
		t.Errorf("without a device: %+v, %v", d, err)
	}
	if _, err := Open(func() error { return os.ErrPermission }); err != os.ErrPermission {
		t.Errorf("got %v", err)
	}
}

// A program that cannot see its open files mounts all the same: its device is not
// known, and never said to be aborted.
func TestOpenWithoutSeeingFiles(t *testing.T) {
	mounted := false
	d, err := open(filepath.Join(t.TempDir(), "unreadable"), func() error { mounted = true; return nil })
	if err != nil || !mounted || d.IsKnown() || d.Aborted() {
		t.Errorf("mounted %v, known %v, aborted %v: %v", mounted, d.IsKnown(), d.Aborted(), err)
	}
}
