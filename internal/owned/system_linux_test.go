package owned

import (
	"testing"

	"golang.org/x/sys/unix"
)

// Only file systems that have no owners and modes of their own are excepted.
func TestModeless(t *testing.T) {
	for magic, want := range map[uint32]bool{
		unix.EXFAT_SUPER_MAGIC: true, unix.MSDOS_SUPER_MAGIC: true, unix.CIFS_SUPER_MAGIC: true, unix.SMB2_SUPER_MAGIC: true,
		unix.EXT4_SUPER_MAGIC: false, unix.TMPFS_MAGIC: false, unix.BTRFS_SUPER_MAGIC: false, unix.FUSE_SUPER_MAGIC: false, unix.NFS_SUPER_MAGIC: false,
	} {
		if modeless[magic] != want {
			t.Errorf("%#x: %v", magic, modeless[magic])
		}
	}
	if dir := t.TempDir(); isModeless(dir) || isSquashed(dir, 4242) {
		t.Error("the folder of a test is excepted")
	}
}
