package runfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/owned"
	"github.com/tunesfs/tunesfs/internal/xdg"
)

// errNotPrivate is a folder or file that somebody else may have made, to have
// us signal a process of their choice or wait for ever.
var errNotPrivate = errors.New("not private to this user")

// folder is for files that live no longer than the system runs.
func folder(getenv func(string) string) string {
	if dir := xdg.RuntimeBase(getenv); dir != "" {
		return filepath.Join(dir, "tunesfs")
	}
	if os.Geteuid() == 0 {
		return "/run/tunesfs"
	}
	return filepath.Join(os.TempDir(), "tunesfs-"+strconv.Itoa(os.Geteuid()))
}

// checkPrivate returns why dir, whose name others can guess, is not to be
// trusted: nobody but this user may have anything in it.
func checkPrivate(dir string) error {
	if err := owned.Folder(dir); err != nil {
		return fmt.Errorf("%w: %w", errNotPrivate, err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() || !owned.IsMine(info) || info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s: %w; mend it by: chmod 700 %s", dir, errNotPrivate, owned.Quoted(dir))
	}
	return nil
}

// openPrivate opens a regular file of this user's in such a folder to read it.
// It follows no link, and waits for nobody if it is a pipe.
func openPrivate(path string) (*os.File, error) {
	if err := checkPrivate(filepath.Dir(path)); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && (!info.Mode().IsRegular() || !owned.IsMine(info)) {
		err = fmt.Errorf("%s: %w", path, errNotPrivate)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
