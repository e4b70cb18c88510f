package owned

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
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
}

// A folder that another user puts in the place of one says nothing of that one.
func TestModelessElsewhere(t *testing.T) {
	dir := t.TempDir()
	stat := func(path string) fs.FileInfo {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	if isModeless(dir, stat(dir)) {
		t.Error("the folder of a test is excepted")
	}
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		t.Fatal(err)
	}
	modeless[uint32(st.Type)] = true
	defer delete(modeless, uint32(st.Type))
	if !isModeless(dir, stat(dir)) {
		t.Error("a folder without modes is not excepted")
	}
	if isModeless(dir, stat("/proc")) {
		t.Error("a folder elsewhere is excepted")
	}
}

// Owners count on a network file system that gives a new file to who made it.
func TestSquashes(t *testing.T) {
	const us, others, anonymous, root = 1000, 1001, 65534, 0
	for _, test := range []struct {
		name          string
		made, us, uid uint32
		want          bool
	}{
		{"ours, in our folder that others can write to", us, us, us, false},
		{"ours, in another user's folder", us, us, others, false},
		{"ours, in root's folder", us, us, root, false},
		{"root's, in root's folder", root, root, root, false},
		{"given to one user, as the folder is", anonymous, us, anonymous, true},
		{"given to one user, in another user's folder", anonymous, us, others, false},
		{"root's, given to one user, as the folder is", anonymous, root, anonymous, true},
		{"root's, given to one user, in a user's folder", anonymous, root, us, false},
	} {
		if got := squashes(test.made, test.us, test.uid); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

// A list that lets another user write counts for files as it does for folders.
func TestAccessControlList(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, dir} {
		err := unix.Setxattr(path, "system.posix_acl_access", aclOf(7), 0)
		if errors.Is(err, unix.EOPNOTSUPP) {
			t.Skip("this file system has no access control lists")
		}
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(path, info); !errors.Is(err, ErrShared) {
			t.Errorf("%s, to which another user can write: %v", path, err)
		}
		if err := unix.Setxattr(path, "system.posix_acl_access", aclOf(5), 0); err != nil {
			t.Fatal(err)
		}
		if info, err = os.Lstat(path); err != nil {
			t.Fatal(err)
		}
		if err := Check(path, info); err != nil {
			t.Errorf("%s, which another user can read: %v", path, err)
		}
	}
}

// aclOf returns the access control list of acl(5) that gives another user permissions.
func aclOf(permissions uint16) []byte {
	const owner, named, group, mask, others, none = 1, 2, 4, 16, 32, 0xffffffff
	list := binary.LittleEndian.AppendUint32(nil, 2) // its version
	for _, e := range []struct {
		tag, permissions uint16
		id               uint32
	}{{owner, 7, none}, {named, permissions, 4242}, {group, 0, none}, {mask, permissions, none}, {others, 0, none}} {
		list = binary.LittleEndian.AppendUint16(list, e.tag)
		list = binary.LittleEndian.AppendUint16(list, e.permissions)
		list = binary.LittleEndian.AppendUint32(list, e.id)
	}
	return list
}
