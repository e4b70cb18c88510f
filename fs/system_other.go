//go:build !linux

package fs

import (
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

// keepDevice is for Linux only: elsewhere go-fuse keeps the device to itself.
func keepDevice() error { return nil }

// awaitMount waits until the mount is there.
func awaitMount(server *fuse.Server) error { return server.WaitMount() }

// unmount takes a mount away, by force if it is busy.
func unmount(server *fuse.Server, dir string) error {
	if server.Unmount() == nil {
		return nil
	}
	return unix.Unmount(dir, unix.MNT_FORCE)
}

// stackDepth is for Linux only.
func stackDepth(string) int { return 1 }

// canPassThrough is for Linux only.
func canPassThrough(*fuse.Server, string) bool { return false }
