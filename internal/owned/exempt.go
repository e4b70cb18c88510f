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
	if isModeless(path, info) {
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

// isModeless reports whether the file system of info needs no trial: that of the folder at
// path is it, and is known to have no owners and modes. Another user may put another
// folder at path after info was had, so both are looked at through one open file.
func isModeless(path string, info fs.FileInfo) bool {
	folder, err := os.OpenFile(path, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer folder.Close()
	now, err := folder.Stat()
	if err != nil {
		return false
	}
	at, ok := now.Sys().(*syscall.Stat_t)
	of, ofOK := info.Sys().(*syscall.Stat_t)
	return ok && ofOK && at.Dev == of.Dev && isOnModeless(folder)
}

// ignoresModes reports whether a file that was given mode 0600, and has more than that,
// shows that modes say nothing.
func ignoresModes(made fs.FileMode) bool { return made.Perm()&^0o600 != 0 }

// squashes reports whether a file that us made, and that belongs to made, shows that the
// owner uid says nothing: a server gives all files to one user, or a mount does. A file
// that is ours shows that owners count.
func squashes(made, us, uid uint32) bool { return made == uid && made != us }
