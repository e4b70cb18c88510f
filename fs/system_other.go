//go:build !linux

package fs

import (
	"os"

	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"
)

// hasHelper leaves it to go-fuse to find the program by which others than root
// mount, which every system calls differently.
func hasHelper() bool { return true }

// checkDevice leaves it to the mount to find the device, whose name differs.
func checkDevice() error { return nil }

// isMounted leaves it to the mount to notice.
func isMounted(string) bool { return false }

// A device is what is to be known of a mount's on Linux only.
type device struct{}

// mountServer mounts raw at dir. No program that is started inherits the mount.
func mountServer(raw fuse.RawFileSystem, dir string, opt *fuse.MountOptions) (*fuse.Server, device, error) {
	server, err := fuse.NewServer(raw, dir, opt)
	return server, device{}, err
}

// isKnown: nothing else has to be.
func (device) isKnown() bool { return true }

// aborted leaves it to go-fuse to notice.
func (device) aborted() bool { return false }

// dup has nothing to open.
func (device) dup() (*os.File, error) { return nil, nil }

// awaitMount waits until the mount is there.
func awaitMount(server *fuse.Server) error { return server.WaitMount() }

// unmount takes a mount away, by force if it is busy.
func unmount(server *fuse.Server, dir string) error {
	if server.Unmount() == nil {
		return nil
	}
	return unix.Unmount(dir, unix.MNT_FORCE)
}

// ownerOptions is for Linux only.
func ownerOptions(Config) []string { return nil }

// stackDepth is for Linux only.
func stackDepth(string) int { return 1 }

// canPassThrough is for Linux only.
func canPassThrough(*fuse.Server, string) bool { return false }
