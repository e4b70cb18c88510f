package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/internal/owned"
)

// inside calls do with the folder f.Base, or that of the file at path where f has none,
// and the name of path in it. No folder below the first may be a link, or one that
// another user can change.
func (f Files) inside(path string, do func(root *os.Root, name string) error) error {
	base := f.Base
	if base == "" {
		base = filepath.Dir(path)
	}
	name, err := filepath.Rel(base, path)
	if err != nil {
		return err
	}
	root, err := openFolder(base)
	if err != nil {
		return err
	}
	defer root.Close()
	for i, c := range name {
		if c != filepath.Separator {
			continue
		}
		if err := checkFolder(root, base, name[:i]); err != nil {
			return err
		}
	}
	return named(do(root, name), base)
}

// openFolder opens a folder. It does not wait for one who writes to a FIFO.
func openFolder(path string) (*os.Root, error) {
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "open", Path: path, Err: syscall.ENOTDIR}
	}
	if err != nil {
		return nil, err
	}
	return os.OpenRoot(path)
}

// named returns err with the whole path in it.
func named(err error, base string) error {
	if failed, ok := err.(*fs.PathError); ok && !filepath.IsAbs(failed.Path) { //nolint:errorlint // as package os returned it
		return &fs.PathError{Op: strings.TrimSuffix(failed.Op, "at"), Path: filepath.Join(base, failed.Path), Err: failed.Err}
	}
	return err
}

func checkFolder(root *os.Root, base, name string) error {
	path := filepath.Join(base, name)
	info, err := root.Lstat(name)
	switch {
	case err != nil:
		return err
	case info.Mode()&fs.ModeSymlink != 0:
		return &fs.PathError{Op: "open", Path: path, Err: syscall.ELOOP}
	case !info.IsDir():
		return &fs.PathError{Op: "open", Path: path, Err: syscall.ENOTDIR}
	}
	if err := owned.Check(path, info); err != nil {
		return &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return nil
}

// openAt opens the regular file of a name in root with the flags of os.OpenFile: it
// follows no link, waits at no FIFO, and takes no file that another user can change.
func openAt(root *os.Root, name, path string, flag int) (*os.File, error) {
	there, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if err := checkFile(path, there); err != nil {
		return nil, err
	}
	file, err := root.OpenFile(name, flag|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if open, err := file.Stat(); err != nil || !os.SameFile(open, there) {
		return nil, errors.Join(&fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}, err, file.Close())
	}
	return file, nil
}

func checkFile(path string, info fs.FileInfo) error {
	if info.Mode()&fs.ModeSymlink != 0 {
		return &fs.PathError{Op: "open", Path: path, Err: syscall.ELOOP} // as O_NOFOLLOW has it
	}
	if !info.Mode().IsRegular() {
		return &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
	}
	if err := owned.Check(path, info); err != nil {
		return &fs.PathError{Op: "open", Path: path, Err: fmt.Errorf("%w: %w", ErrNotRegular, err)}
	}
	return nil
}

// Create makes the file at path, mode 0600, to be read and written. One that is there
// is fs.ErrExist, and so is a link.
func (f Files) Create(path string) (file *os.File, err error) {
	err = f.inside(path, func(root *os.Root, name string) error {
		file, err = root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		return err
	})
	return file, err
}

// Open opens the regular file at path, with the flags of os.OpenFile but those that make
// or empty one. A link is syscall.ELOOP, and anything else ErrNotRegular at once.
func (f Files) Open(path string, flag int) (file *os.File, err error) {
	err = f.inside(path, func(root *os.Root, name string) error {
		file, err = openAt(root, name, path, flag)
		return err
	})
	return file, err
}

// Lstat returns what lies at path. It follows no link.
func (f Files) Lstat(path string) (info fs.FileInfo, err error) {
	err = f.inside(path, func(root *os.Root, name string) error {
		info, err = root.Lstat(name)
		return err
	})
	return info, err
}

// Touch sets when the regular file at path was changed last. It follows no link.
func (f Files) Touch(path string, changed time.Time) error {
	return f.inside(path, func(root *os.Root, name string) error {
		info, err := root.Lstat(name)
		if err != nil {
			return err
		}
		if err := checkFile(path, info); err != nil {
			return err
		}
		return root.Chtimes(name, time.Time{}, changed)
	})
}

// ReadDir returns the names in the folder at path, which is no link.
func (f Files) ReadDir(path string) (entries []fs.DirEntry, err error) {
	err = f.inside(filepath.Join(path, "x"), func(root *os.Root, name string) error {
		dir, err := root.Open(filepath.Dir(name))
		if err != nil {
			return err
		}
		defer dir.Close()
		entries, err = dir.ReadDir(-1)
		return err
	})
	return entries, err
}

// isAbove reports whether path is f.Base, or not below it.
func (f Files) isAbove(path string) bool {
	return f.Base == "" || path == f.Base || !strings.HasPrefix(path, f.Base+string(filepath.Separator))
}
