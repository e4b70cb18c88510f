// Package owned owns the rule which folders may be used: those that no other user can
// change. Another user who can would put links and files of their choice in them.
//
// It must never know what a folder is for. Open owned.go first, at Folder. rule.go is
// the rule for one folder or link, group.go says which groups have one member,
// exempt.go which file systems have no rule, and system_*.go what a system tells of them.
package owned

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// ErrShared is a folder that another user could change, or a link that another user made.
var ErrShared = errors.New("other users can change it")

// maxLinks is how many symbolic links a path may lead through, as in the kernel.
const maxLinks = 40

// Folder fails with ErrShared unless only this user and root can change the folder at
// path and replace what lies on the way to it. The error has the command that mends
// it. What is not there yet is no error: this program makes it for its user alone.
func Folder(path string) error { return walk(path, false) }

// Holder is Folder for one in which only files and folders of this user are used, each
// of which is checked by itself: a sticky folder, as that for temporary files, will do.
func Holder(path string) error { return walk(path, true) }

// IsMine reports whether a file or a folder belongs to the user of this process.
func IsMine(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}

func walk(path string, holder bool) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	at, rest, links := "/", components(path), 0
	for {
		if err := checkAt(at, holder || len(rest) > 0); err != nil {
			return err
		}
		if len(rest) == 0 {
			return nil
		}
		next := filepath.Join(at, rest[0])
		rest = rest[1:]
		info, err := os.Lstat(next)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case info.Mode()&fs.ModeSymlink == 0:
			at = next
			continue
		}
		target, err := readLink(next, info)
		if err != nil {
			return err
		}
		if links++; links > maxLinks {
			return &fs.PathError{Op: "open", Path: path, Err: syscall.ELOOP}
		}
		if filepath.IsAbs(target) {
			at = "/"
		}
		rest = append(components(target), rest...)
	}
}

// components returns the names in a path. One that is ".." stays: it is of the folder
// that a link led to.
func components(path string) []string {
	var names []string
	for name := range strings.SplitSeq(path, "/") {
		if name != "" && name != "." {
			names = append(names, name)
		}
	}
	return names
}

// checkAt fails unless the folder at path keeps to the rule.
func checkAt(path string, holder bool) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.IsDir():
		return &fs.PathError{Op: "open", Path: path, Err: syscall.ENOTDIR}
	}
	err = judge(factsOf(path, info), newUser(), holder)
	if err != nil && !isExempt(path, info) {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// readLink returns the target of a link that this user or root made.
func readLink(path string, info fs.FileInfo) (string, error) {
	if err := judge(factsOf(path, info), newUser(), true); err != nil && !isExempt(filepath.Dir(path), info) {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return os.Readlink(path)
}
