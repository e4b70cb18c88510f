package fs

import (
	"errors"
	"io/fs"
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
	before, err := devices()
	if err != nil {
		return nil, device{}, err
	}
	server, err := fuse.NewServer(raw, dir, opt)
	if err != nil {
		return nil, device{}, err
	}
	now, _ := devices() // as before
	for _, d := range now {
		if !slices.Contains(before, d) {
			unix.CloseOnExec(d.fd)
			return server, d, nil
		}
	}
	return server, device{}, nil
}

// devices returns every /dev/fuse that this process has open.
func devices() (all []device, err error) {
	const open = "/proc/self/fd"
	entries, err := os.ReadDir(open)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // no /proc: nothing can be seen to
	}
	for _, e := range entries {
		fd, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if file, err := os.Readlink(filepath.Join(open, e.Name())); err == nil && file == "/dev/fuse" {
			all = append(all, device{fd, true})
		}
	}
	return all, err
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
