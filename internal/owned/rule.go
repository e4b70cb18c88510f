package owned

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// facts are what the system says of a file, a folder or a link.
type facts struct {
	path     string
	uid, gid uint32
	mode     fs.FileMode
	listed   bool // an access control list names users beside the owner and the group
}

func factsOf(path string, info fs.FileInfo) facts {
	f := facts{path: path, mode: info.Mode()}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		f.uid, f.gid = st.Uid, st.Gid
		if isUnnamed(f.uid) {
			f.uid = 0
		}
	}
	f.listed = f.mode&groupWrite != 0 && f.mode&fs.ModeSymlink == 0 && hasList(path)
	return f
}

// A user is who this process is, and the groups that have no other member.
type user struct {
	uid     uint32
	private func(gid uint32) bool
}

func newUser() user {
	uid := uint32(os.Geteuid()) //nolint:gosec // ids have 32 bits
	return user{uid: uid, private: func(gid uint32) bool { return isPrivate(uid, gid) }}
}

// Write permission of the group and of all others.
const (
	groupWrite = 0o020
	otherWrite = 0o002
)

// judge fails with ErrShared, and the command that mends it, if another user than u and
// root can change a folder. A sticky one will do where holder is true, since others can
// only add to it. Of a link the owner alone counts: modes of links have no meaning.
func judge(f facts, u user, holder bool) error {
	switch {
	case f.mode&fs.ModeSymlink != 0:
		if f.uid != u.uid && f.uid != 0 {
			return mend("it is a link of another user", true, "chown -h", fmt.Sprint(u.uid), f.path)
		}
		return nil
	case f.uid != u.uid && f.uid != 0:
		return mend("it belongs to another user", u.uid != 0, "chown", fmt.Sprint(u.uid), f.path)
	case holder && f.mode&fs.ModeSticky != 0:
		return nil
	case f.mode&otherWrite != 0:
		return mend("all users can write to it", f.uid != u.uid, "chmod", "go-w", f.path)
	case f.mode&groupWrite == 0:
		return nil
	case f.listed: // then the bits of the group are the most that the list gives
		return mend("its access control list lets others write to it", f.uid != u.uid, "setfacl", "-b", f.path)
	case !u.private(f.gid):
		return mend(fmt.Sprintf("its group %d can write to it", f.gid), f.uid != u.uid, "chmod", "g-w", f.path)
	}
	return nil
}

// mend returns the error that says why, and the command.
func mend(why string, asRoot bool, program, argument, path string) error {
	sudo := ""
	if asRoot {
		sudo = "sudo "
	}
	return fmt.Errorf("%w: %s; mend it by: %s%s %s %s", ErrShared, why, sudo, program, argument, Quoted(path))
}

// Quoted returns a path as a shell takes it.
func Quoted(path string) string {
	if strings.IndexFunc(path, func(r rune) bool {
		return !strings.ContainsRune("/._-+,", r) && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0 {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
