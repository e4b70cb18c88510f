//go:build !linux

package fs

import (
	"os"
	"path/filepath"
)

// renameTo renames to a name in the same folder, or to a path below that.
func renameTo(path string, args []string) error {
	return os.Rename(path, filepath.Dir(path)+"/"+args[0])
}
