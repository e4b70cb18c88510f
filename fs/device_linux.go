package fs

import (
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// keepDevice sees that no program which this process starts inherits the mount:
// go-fuse opens /dev/fuse without close-on-exec when it mounts directly. As long
// as a heir lives, a mount whose server has died does not end, and whoever uses
// it hangs for good.
func keepDevice() error {
	const open = "/proc/self/fd"
	entries, err := os.ReadDir(open)
	if err != nil {
		return err
	}
	for _, e := range entries {
		fd, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if file, err := os.Readlink(filepath.Join(open, e.Name())); err == nil && file == "/dev/fuse" {
			unix.CloseOnExec(fd)
		}
	}
	return nil
}
