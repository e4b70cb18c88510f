//go:build !linux

package owned

import (
	"slices"

	"golang.org/x/sys/unix"
)

// modeless are the file systems of which owners and modes are those that the mount was
// given, by their names in statfs(2).
var modeless = []string{"exfat", "msdos", "msdosfs", "ntfs", "smbfs", "webdav"}

func isModeless(path string) bool {
	var st unix.Statfs_t
	return unix.Statfs(path, &st) == nil && slices.Contains(modeless, unix.ByteSliceToString(st.Fstypename[:]))
}

// isSquashed is not told here: the owners of a network file system count.
func isSquashed(string, uint32) bool { return false }

// hasList is not told here: such lists do not show in modes.
func hasList(string) bool { return false }

// isUnnamed is of Linux: there are no user namespaces here.
func isUnnamed(uint32) bool { return false }
