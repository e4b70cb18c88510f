package messages

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"github.com/tunesfs/tunesfs/internal/owned"
)

// errNoLog is what can be no log: it is neither a file, /dev/null nor a terminal.
var errNoLog = errors.New("a log is a regular file, /dev/null or a terminal")

// errLinked is a file in a folder of all users that has a second name. Another user may
// have given it that.
var errLinked = errors.New("the file has another name, too: remove it")

// openLog opens a log to add to, and makes it, mode 0600, if it is missing. Another user
// can neither have made what it opens nor put another file there.
func openLog(path string) (*os.File, error) {
	if isOurs(path) || isNull(path) {
		return os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	}
	path, err := owned.File(path)
	if err != nil {
		return nil, err
	}
	file, err := openNoLink(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	switch {
	case err != nil:
	case info.Mode()&fs.ModeCharDevice != 0 && term.IsTerminal(int(file.Fd())):
		return file, nil
	case !info.Mode().IsRegular():
		err = fmt.Errorf("%s: %w", path, errNoLog)
	case isLinked(info) && owned.Folder(filepath.Dir(path)) != nil:
		err = fmt.Errorf("%s: %w", path, errLinked)
	default:
		err = wrapPath(path, owned.Check(path, info))
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// openNoLink opens what lies at path, which is no link, and waits for none.
func openNoLink(path string) (*os.File, error) {
	const flags = os.O_APPEND | os.O_WRONLY | unix.O_NOFOLLOW | unix.O_NONBLOCK | unix.O_NOCTTY
	file, err := os.OpenFile(path, flags, 0)
	if errors.Is(err, fs.ErrNotExist) {
		file, err = os.OpenFile(path, flags|os.O_CREATE|os.O_EXCL, 0o600)
	}
	if errors.Is(err, fs.ErrExist) { // another process was faster
		file, err = os.OpenFile(path, flags, 0)
	}
	if errors.Is(err, syscall.ENXIO) { // a FIFO that none reads, or a socket
		err = fmt.Errorf("%s: %w", path, errNoLog)
	}
	return file, err
}

func wrapPath(path string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func isLinked(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && st.Nlink > 1
}

// isNull reports whether path leads to /dev/null.
func isNull(path string) bool {
	info, err := os.Stat(path)
	if err != nil || info.Mode()&fs.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	if err != nil {
		return false
	}
	its, ok := info.Sys().(*syscall.Stat_t)
	nulls, both := null.Sys().(*syscall.Stat_t)
	return ok && both && its.Rdev == nulls.Rdev
}

// isOurs reports whether path is one of the system's names for this process's own
// output, which has been opened for it.
func isOurs(path string) bool { return path == "/dev/stderr" || path == "/dev/stdout" }

// maxLinks is how many links isDescriptor follows.
const maxLinks = 40

// isDescriptor reports whether path is, or leads by links to, a name of an open file of a
// process: /dev/stdout, /dev/fd/1, /proc/self/fd/1.
func isDescriptor(path string) bool {
	for range maxLinks {
		if isOurs(path) {
			return true
		}
		dir, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err != nil {
			return false
		}
		if inProc, _ := filepath.Match("/proc/*/fd", dir); inProc || dir == "/dev/fd" {
			return true
		}
		target, err := os.Readlink(path)
		if err != nil {
			return false
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(dir, target)
		}
		path = target
	}
	return false
}
