package owned

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// modeless are the file systems of which owners and modes are those that the mount was
// given, by the number in statfs(2).
var modeless = map[uint32]bool{
	unix.MSDOS_SUPER_MAGIC: true,
	unix.EXFAT_SUPER_MAGIC: true,
	unix.SMB_SUPER_MAGIC:   true,
	unix.CIFS_SUPER_MAGIC:  true,
	unix.SMB2_SUPER_MAGIC:  true,
	0x5346544e:             true, // NTFS
	0x7366746e:             true, // NTFS3
}

func magicOf(path string) uint32 {
	var st unix.Statfs_t
	if unix.Statfs(path, &st) != nil {
		return 0
	}
	return uint32(st.Type) //nolint:gosec // the kernel's numbers have 32 bits
}

func isModeless(path string) bool { return modeless[magicOf(path)] }

// isSquashed reports whether the server of a network file system gives to uid whatever
// this user makes in the folder at path: its owners say nothing then.
func isSquashed(path string, uid uint32) bool {
	if magicOf(path) != unix.NFS_SUPER_MAGIC {
		return false
	}
	file, err := os.CreateTemp(path, ".owner-*")
	if err != nil {
		return false
	}
	defer os.Remove(file.Name())
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && squashes(st.Uid, newUser().uid, uid)
}

// squashes reports whether a file that us made, and that belongs to made, shows that the
// owner uid says nothing. One that is ours shows that owners count.
func squashes(made, us, uid uint32) bool { return made == uid && made != us }

// hasList reports whether a file or folder has an access control list.
func hasList(path string) bool {
	n, err := unix.Lgetxattr(path, "system.posix_acl_access", nil)
	return err == nil && n > 0
}
