package fs

import (
	"path/filepath"

	"golang.org/x/sys/unix"
)

// renameTo renames to a name in the same folder, or to a path below that, with the flags of
// renameat2(2) that are named.
func renameTo(path string, args []string) error {
	flags := map[string]uint{"RENAME_NOREPLACE": unix.RENAME_NOREPLACE, "RENAME_EXCHANGE": unix.RENAME_EXCHANGE}
	to := filepath.Dir(path) + "/" + args[0]
	if len(args) > 1 {
		return unix.Renameat2(unix.AT_FDCWD, path, unix.AT_FDCWD, to, flags[args[1]])
	}
	return unix.Rename(path, to)
}
