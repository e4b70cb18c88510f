//go:build !linux

package owned

import (
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// modeless are some file systems whose owners and modes are those that the mount was
// given, by their names in statfs(2): these need no trial, where it could not be made.
var modeless = []string{"exfat", "msdos", "msdosfs", "ntfs", "smbfs", "webdav"}

// isOnModeless reports whether an open file is on one of them.
func isOnModeless(f *os.File) bool {
	var st unix.Statfs_t
	return unix.Fstatfs(int(f.Fd()), &st) == nil && slices.Contains(modeless, unix.ByteSliceToString(st.Fstypename[:]))
}

// hasList is not told here: such lists do not show in modes.
func hasList(string) bool { return false }

// isUnnamed is of Linux: there are no user namespaces here.
func isUnnamed(uint32) bool { return false }
