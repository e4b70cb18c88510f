package owned

import (
	"os"

	"golang.org/x/sys/unix"
)

// modeless are some file systems whose owners and modes are those that the mount was
// given, by the number in statfs(2): these need no trial, where it could not be made.
var modeless = map[uint32]bool{
	unix.MSDOS_SUPER_MAGIC: true,
	unix.EXFAT_SUPER_MAGIC: true,
	unix.SMB_SUPER_MAGIC:   true,
	unix.CIFS_SUPER_MAGIC:  true,
	unix.SMB2_SUPER_MAGIC:  true,
	0x5346544e:             true, // NTFS
	0x7366746e:             true, // NTFS3
}

// isOnModeless reports whether an open file is on one of them.
func isOnModeless(f *os.File) bool {
	var st unix.Statfs_t
	return unix.Fstatfs(int(f.Fd()), &st) == nil && modeless[uint32(st.Type)] //nolint:gosec // the kernel's numbers have 32 bits
}

// hasList reports whether a file or folder has an access control list.
func hasList(path string) bool {
	n, err := unix.Lgetxattr(path, "system.posix_acl_access", nil)
	return err == nil && n > 0
}
