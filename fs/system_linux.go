package fs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/mounts"
)

// A device is what this process knows of the /dev/fuse behind a mount.
type device struct{ mounts.Device }

func (d device) isKnown() bool { return d.IsKnown() }
func (d device) aborted() bool { return d.Aborted() }

// dup opens the device once more; nil if it is not known.
func (d device) dup() (*os.File, error) { return d.Dup() }

// mountServer mounts raw at dir. No program that this process starts inherits the
// mount.
func mountServer(raw fuse.RawFileSystem, dir string, opt *fuse.MountOptions) (server *fuse.Server, its device, err error) {
	its.Device, err = mounts.Open(func() (err error) {
		server, err = fuse.NewServer(raw, dir, opt)
		return err
	})
	return server, its, err
}

// ownerOptions has the table of mounts name the owner where root mounts for another user:
// that user may unmount it, and sees it among their mounts. Without AllowOther the kernel
// lets only the user who is named there look into the mount, so that has to be root.
func ownerOptions(cfg Config) []string {
	if os.Geteuid() != 0 || !cfg.AllowOther {
		return nil
	}
	return []string{fmt.Sprint("user_id=", cfg.UID), fmt.Sprint("group_id=", cfg.GID)}
}

// hasHelper reports whether ordinary users can mount.
func hasHelper() bool { return mounts.FindFusermount() != "" }

func checkDevice() error { return mounts.CheckDevice() }

// isMounted reports whether the table of mounts has one of ours at dir.
func isMounted(dir string) bool {
	all, err := mounts.All(nil)
	place := realPath(dir)
	return err == nil && slices.ContainsFunc(all, func(m mounts.Mount) bool { return m.Dir == place })
}

// awaitMount has nothing to wait for: NewServer returns when the mount is there
// and has answered its first request. WaitMount would open a file of the mount
// to see to it that POLL is refused, which it always is: a process that uses
// its own mount can never end if it is killed meanwhile.
func awaitMount(*fuse.Server) error { return nil }

// unmount takes a mount away, lazily if it is busy. It is no error that somebody else
// was faster.
func unmount(_ *fuse.Server, dir string) error {
	err := detach(dir)
	if err != nil && !isMounted(dir) {
		return nil
	}
	return err
}

func detach(dir string) error {
	err := unix.Unmount(dir, unix.UMOUNT_NOFOLLOW)
	switch {
	case errors.Is(err, unix.EBUSY):
		return os.NewSyscallError("umount", unix.Unmount(dir, unix.UMOUNT_NOFOLLOW|unix.MNT_DETACH))
	case !errors.Is(err, unix.EPERM):
		return os.NewSyscallError("umount", err)
	}
	if runHelper("-u", dir) == nil {
		return nil
	}
	return runHelper("-u", "-z", dir)
}

func runHelper(args ...string) error {
	output, err := mounts.Fusermount(args...)
	if err != nil {
		return fmt.Errorf("%w: %s", err, output)
	}
	return nil
}

// stackDepth returns how deep file systems may be stacked so that the kernel
// reads files of a cache folder by itself.
func stackDepth(cache string) int { return mounts.StackDepth(cache) }

// canPassThrough reports whether the kernel takes files of the cache folder to
// read them by itself. It is found out once: go-fuse gives up for good after
// one refusal, and files that are open the other way then cannot be opened.
func canPassThrough(server *fuse.Server, cache string) bool {
	probe, err := os.CreateTemp(cache, ".passthrough-*")
	if err != nil {
		return false
	}
	defer probe.Close()
	defer os.Remove(probe.Name())
	id, errno := server.RegisterBackingFd(&fuse.BackingMap{Fd: int32(probe.Fd())})
	if errno != 0 {
		return false
	}
	return server.UnregisterBackingFd(id) == 0
}

// realPath returns dir without symbolic links as far as that can be told
// without looking at dir itself, which may be a dead mount.
func realPath(dir string) string {
	if parent, err := filepath.EvalSymlinks(filepath.Dir(dir)); err == nil {
		return filepath.Join(parent, filepath.Base(dir))
	}
	return dir
}
