package fs

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"
)

// helper returns the program by which ordinary users mount, or "".
func helper() string {
	if path := lookHelper("fusermount3"); path != "" {
		return path
	}
	return lookHelper("fusermount")
}

// hasHelper reports whether ordinary users can mount.
func hasHelper() bool { return helper() != "" }

func checkDevice() error {
	device, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return device.Close()
}

// isMounted reports whether the table of mounts has one of ours at dir:
// proc_pid_mountinfo(5).
func isMounted(dir string) bool {
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return false
	}
	escape := strings.NewReplacer(`\`, `\134`, " ", `\040`, "\t", `\011`, "\n", `\012`)
	place := escape.Replace(realPath(dir))
	for line := range strings.Lines(string(table)) {
		before, after, _ := strings.Cut(line, " - ")
		fields := strings.Fields(before)
		if len(fields) > 4 && fields[4] == place && strings.HasPrefix(after, "fuse."+fsType+" ") {
			return true
		}
	}
	return false
}

// awaitMount has nothing to wait for: NewServer returns when the mount is there
// and has answered its first request. WaitMount would open a file of the mount
// to see to it that POLL is refused, which it always is: a process that uses
// its own mount can never end if it is killed meanwhile.
func awaitMount(*fuse.Server) error { return nil }

// unmount takes a mount away, lazily if it is busy.
func unmount(_ *fuse.Server, dir string) error {
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

// lookHelper finds a program where go-fuse would.
func lookHelper(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	path, err := exec.LookPath(filepath.Join("/bin", name))
	if err != nil {
		return ""
	}
	return path
}

func runHelper(args ...string) error {
	said, err := exec.Command(helper(), args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(said)))
	}
	return nil
}

// stackDepth returns how deep file systems may be stacked so that the kernel
// reads files of a cache folder by itself: one more where that lies on
// overlayfs, as in a container.
func stackDepth(cache string) int {
	var st unix.Statfs_t
	if err := unix.Statfs(cache, &st); err == nil && st.Type == unix.OVERLAYFS_SUPER_MAGIC {
		return 2
	}
	return 1
}

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
