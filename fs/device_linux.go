package fs

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"
)

// A device is an open /dev/fuse, by which one mount is served; the zero one is not
// known.
type device struct {
	fd    int
	known bool
}

// mounting is held while a mount is made, so that it is seen which device is its.
var mounting sync.Mutex

// mountServer mounts raw at dir, and sees that no program which this process
// starts inherits the mount: go-fuse opens /dev/fuse without close-on-exec when
// it mounts directly. As long as a heir lives, a mount whose server has died does
// not end, and whoever uses it hangs for good.
func mountServer(raw fuse.RawFileSystem, dir string, opt *fuse.MountOptions) (*fuse.Server, device, error) {
	mounting.Lock()
	defer mounting.Unlock()
	before := devices()
	server, err := fuse.NewServer(raw, dir, opt)
	if err != nil {
		return nil, device{}, err
	}
	var its device
	for _, d := range devices() {
		unix.CloseOnExec(d.fd)
		if !slices.Contains(before, d) {
			its = d
		}
	}
	return server, its, nil
}

// isKnown reports whether the device was found: /proc/self/fd is closed to a
// program that has file capabilities.
func (d device) isKnown() bool { return d.known }

// devices returns every /dev/fuse that this process has open.
func devices() (all []device) {
	const open = "/proc/self/fd"
	entries, _ := os.ReadDir(open)
	for _, e := range entries {
		fd, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if file, err := os.Readlink(filepath.Join(open, e.Name())); err == nil && file == "/dev/fuse" {
			all = append(all, device{fd, true})
		}
	}
	return all
}

// aborted reports whether the connection was aborted, as by umount -f, or is gone.
func (d device) aborted() bool {
	if !d.known {
		return false
	}
	fds := []unix.PollFd{{Fd: int32(d.fd)}} // nothing but an error is waited for
	n, err := unix.Poll(fds, 0)
	return n > 0 && err == nil
}
