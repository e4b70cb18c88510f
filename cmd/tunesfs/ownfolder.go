package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tunesfs/tunesfs/internal/xdg"
)

// An ownFolder is a folder that a command makes for one run, with a mount point in it.
type ownFolder struct{ path string }

// newOwnFolder makes a folder whose name begins with prefix. Its path has no symbolic
// links, as those in the table of mounts.
func newOwnFolder(prefix string) (f ownFolder, err error) {
	if f.path, err = os.MkdirTemp(sessionFolder(os.Getenv), prefix); err != nil {
		return f, err
	}
	if f.path, err = filepath.EvalSymlinks(f.path); err != nil {
		return f, err
	}
	return f, os.Mkdir(f.point(), 0o700)
}

// point is the folder to mount on.
func (f ownFolder) point() string { return filepath.Join(f.path, "music") }

// remove removes the folder. The mount point goes first and alone: that fails while
// something is mounted there, of which nothing must be removed.
func (f ownFolder) remove() error {
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
