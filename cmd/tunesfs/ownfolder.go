package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/owned"
	"github.com/tunesfs/tunesfs/internal/xdg"
)

// An ownFolder is a folder that a command makes for one run, with a mount point in it.
type ownFolder struct {
	path string
	lock *os.File // held while the process lives
}

// ownTries bounds how often a new folder is made in place of one that another process took.
const ownTries = 10

// newOwnFolder makes a folder whose name begins with prefix, and removes those of
// processes that were killed. Its path has no symbolic links, as those in the table of
// mounts.
func newOwnFolder(prefix string) (f ownFolder, err error) {
	parent, err := filepath.EvalSymlinks(sessionFolder(os.Getenv))
	if err != nil {
		return f, err
	}
	left, _ := filepath.Glob(filepath.Join(parent, prefix+"*")) // none where its name has a pattern
	for _, path := range left {
		if lock, err := lockFolder(path); err == nil {
			_ = ownFolder{path, lock}.remove() // while it is mounted it stays
		}
	}
	for range ownTries {
		if f, err = makeLocked(parent, prefix); !errors.Is(err, errInUse) && !errors.Is(err, os.ErrNotExist) {
			break
		}
	}
	if err != nil {
		return f, err
	}
	return f, os.Mkdir(f.point(), 0o700)
}

// makeLocked makes a folder and locks it. It fails with errInUse or os.ErrNotExist where
// another process takes the new folder for one that was left, and removes it.
func makeLocked(parent, prefix string) (f ownFolder, err error) {
	if f.path, err = os.MkdirTemp(parent, prefix); err != nil {
		return f, err
	}
	if f.lock, err = lockFolder(f.path); err != nil {
		_ = os.Remove(f.path) // or the other one has
		return f, err
	}
	locked, err := f.lock.Stat()
	if err == nil {
		var named os.FileInfo
		if named, err = os.Lstat(f.path); err == nil && !os.SameFile(locked, named) {
			err = errInUse
		}
	}
	if err != nil {
		f.lock.Close()
	}
	return f, err
}

// errInUse is a folder of a process that lives, or of another user.
var errInUse = errors.New("the folder is in use")

// lockFolder locks a folder of this user's, unless another process has it locked.
func lockFolder(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil || !owned.IsMine(info) || unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil {
		file.Close()
		return nil, errInUse
	}
	return file, nil
}

// point is the folder to mount on.
func (f ownFolder) point() string { return filepath.Join(f.path, "music") }

// remove removes the folder. The mount point goes first and alone: that fails while
// something is mounted there, and nothing in that may be removed.
func (f ownFolder) remove() error {
	defer f.lock.Close()
	if err := os.Remove(f.point()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s is left behind: it is still mounted", f.path)
	}
	return os.RemoveAll(f.path)
}

// sessionFolder returns where folders for one run are made: where those of this session
// belong, if there is such a place.
func sessionFolder(getenv func(string) string) string {
	if dir := xdg.RuntimeBase(getenv); dir != "" {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return dir
		}
	}
	return os.TempDir()
}
