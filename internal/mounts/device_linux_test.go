package mounts

import (
	"os"
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
