package owned

import (
	"io/fs"
	"os"
	"syscall"
)

// isExempt reports whether the file system of the folder at path has no owners and modes
// that say anything of a file or folder in it, or of itself, of which info tells.
//
// Many such have no number of their own: ntfs-3g and the shared folders of virtual
// machines are mounted by FUSE, as others are that keep modes. So a file that is just
// made there shows it, in the same mount as the other.
func isExempt(path string, info fs.FileInfo) bool {
	if isModeless(path) {
		return true
	}
	file, err := os.CreateTemp(path, ".owner-*")
	if err != nil {
		return false
	}
	defer os.Remove(file.Name())
	defer file.Close()
	_ = file.Chmod(0o600) // an inherited access control list may have given more; its mode tells how that went
	made, err := file.Stat()
	if err != nil {
		return false
	}
	first, ok := made.Sys().(*syscall.Stat_t)
	other, otherOK := info.Sys().(*syscall.Stat_t)
	return ok && otherOK && first.Dev == other.Dev &&
		(ignoresModes(made.Mode()) || squashes(first.Uid, newUser().uid, other.Uid))
}

// ignoresModes reports whether a file that was given mode 0600, and has more than that,
// shows that modes say nothing.
func ignoresModes(made fs.FileMode) bool { return made.Perm()&^0o600 != 0 }

// squashes reports whether a file that us made, and that belongs to made, shows that the
// owner uid says nothing: a server gives all files to one user, or a mount does. A file
// that is ours shows that owners count.
func squashes(made, us, uid uint32) bool { return made == uid && made != us }
