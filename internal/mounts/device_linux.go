package mounts

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"
)

// A Device is an open /dev/fuse, by which this process serves one mount; the zero
// Device is not known.
type Device struct {
	fd    int
	known bool
}

// opening is held while a mount is made, so that its device is the only new one.
var opening sync.Mutex

// Open calls mount, which must open one /dev/fuse, and returns that device. No
// program that this process starts later inherits it: go-fuse opens /dev/fuse
// without close-on-exec when it mounts directly. As long as an heir lives, a mount
// whose server has died does not end, and its users hang for good.
func Open(mount func() error) (Device, error) { return open("/proc/self/fd", mount) }

// open is Open by a folder of the files that this process has open.
func open(files string, mount func() error) (Device, error) {
	opening.Lock()
	defer opening.Unlock()
	before := devices(files)
	if err := mount(); err != nil {
		return Device{}, err
	}
	var its Device
	for _, d := range devices(files) {
		unix.CloseOnExec(d.fd)
		if !slices.Contains(before, d) {
			its = d
		}
	}
	return its, nil
}

// IsKnown reports whether the device was found: a program that has file
// capabilities cannot read /proc/self/fd.
func (d Device) IsKnown() bool { return d.known }

// devices returns every /dev/fuse among the open files of this process, or nothing
// where their folder cannot be read.
func devices(files string) (all []Device) {
	entries, _ := os.ReadDir(files)
	for _, e := range entries {
		fd, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if file, err := os.Readlink(filepath.Join(files, e.Name())); err == nil && file == "/dev/fuse" {
			all = append(all, Device{fd, true})
		}
	}
	return all
}

// Aborted reports whether the connection was aborted, as by umount -f, or is gone.
func (d Device) Aborted() bool {
	if !d.known {
		return false
	}
	fds := []unix.PollFd{{Fd: int32(d.fd)}} // nothing but an error is waited for
	n, err := unix.Poll(fds, 0)
	return n > 0 && err == nil
}

// Dup opens the device once more, or returns nil if it is not known. The mount lasts
// until that is closed, too, or until somebody unmounts.
func (d Device) Dup() (*os.File, error) {
	if !d.known {
		return nil, nil
	}
	fd, err := unix.FcntlInt(uintptr(d.fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(uintptr(fd), "/dev/fuse"), nil
}

// CheckDevice returns why this process cannot open /dev/fuse.
func CheckDevice() error {
	device, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return device.Close()
}

// StackDepth returns how deep file systems may be stacked so that the kernel
// itself reads files of a folder: one level more where the folder lies on
// overlayfs, as in a container.
func StackDepth(dir string) int {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err == nil && st.Type == unix.OVERLAYFS_SUPER_MAGIC {
		return 2
	}
	return 1
}
