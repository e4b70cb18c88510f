// Package durable owns how files are written, made and removed so that a crash or a
// power cut leaves the old state or the new one, never half of either.
//
// It must never know what the files hold: no download and no listing.
//
// Open durable.go first, at Files.Write. step.go has the steps at which tests make
// a disk fail; sync_linux.go and sync_other.go make the bytes of a file durable.
// read.go reads files, and inside.go opens them, through no link.
package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Files changes files so that a power cut loses nothing of them. The zero value
// is ready to use.
type Files struct {
	// Base is the folder below which all paths lie, as given: no path leads through a
	// link below it. "" is the folder of each file.
	Base string

	// Hook, where a test sets it, learns of each step and may make it fail:
	// between any two steps the power may go.
	Hook func(Step) error
}

// Unfinished ends the name of a file that Write has begun. One that is there when
// no Write is under way is of a process that died.
const Unfinished = ".tmp"

// Write replaces the file at path by data, mode 0600. After a power cut the old
// file or the new one is there, whole. It writes path with ".tmp" appended first,
// and removes that file when a step fails. The error is the first cause alone, so
// a full disk stays syscall.ENOSPC. No two calls for one path may run at a time.
func (f Files) Write(path string, data []byte) error {
	tmp := path + Unfinished
	err := f.replace(tmp, path, data)
	if err != nil {
		_ = f.Remove(tmp) // the cause matters; the next Write uses a leftover again
		return err
	}
	return f.SyncDir(filepath.Dir(path))
}

func (f Files) replace(tmp, path string, data []byte) error {
	if err := f.writeSynced(tmp, data); err != nil {
		return err
	}
	if err := f.Rename(tmp, path); err != nil {
		return err
	}
	return f.Step(Step{Kind: "renamed", Path: path})
}

func (f Files) writeSynced(path string, data []byte) error {
	if info, err := f.Lstat(path); err == nil && !info.IsDir() {
		if err := f.removeOne(path); err != nil {
			return err
		}
	}
	file, err := f.Create(path)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = f.Sync(file)
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

// Sync makes the bytes of a file durable.
func (f Files) Sync(file *os.File) error {
	if err := f.Step(Step{Kind: "sync", Path: file.Name(), File: file}); err != nil {
		return err
	}
	return syncData(file)
}

// SyncDir makes durable which names a folder holds.
func (f Files) SyncDir(path string) error {
	if err := f.Step(Step{Kind: "syncdir", Path: path}); err != nil {
		return err
	}
	err := f.inside(filepath.Join(path, "x"), func(root *os.Root, name string) error {
		dir, err := root.Open(filepath.Dir(name))
		if err != nil {
			return err
		}
		err = dir.Sync()
		if closed := dir.Close(); err == nil {
			err = closed
		}
		return err
	})
	if cannotSync(err) {
		return nil
	}
	return err
}

// cannotSync reports whether err says that the file system knows no fsync of folders.
// Some make names durable by themselves; of the others a power cut may lose the newest
// name, and no byte that another name leads to.
func cannotSync(err error) bool {
	for _, no := range []error{syscall.EINVAL, syscall.ENOTSUP, syscall.ENOSYS, syscall.ENOTTY, syscall.EBADF} {
		if errors.Is(err, no) {
			return true
		}
	}
	return false
}

// MakeDir makes a folder, mode 0700, and those above it that are missing. Each
// that it makes is durable. A folder that exists is no error.
func (f Files) MakeDir(path string) error {
	err := f.Mkdir(path)
	parent := filepath.Dir(path)
	if errors.Is(err, fs.ErrNotExist) && parent != path {
		if err := f.MakeDir(parent); err != nil {
			return err
		}
		err = f.Mkdir(path)
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil
	case err != nil:
		return err
	}
	return f.syncAbove(parent)
}

// syncAbove is SyncDir for a folder that may lie above f.Base.
func (f Files) syncAbove(path string) error {
	if f.isAbove(path) {
		f.Base = ""
	}
	return f.SyncDir(path)
}

// Mkdir makes one folder, mode 0700. It is not durable before SyncDir.
func (f Files) Mkdir(path string) error {
	if f.isAbove(path) {
		return os.Mkdir(path, 0o700)
	}
	return f.inside(path, func(root *os.Root, name string) error { return root.Mkdir(name, 0o700) })
}

func (f Files) removeOne(path string) error {
	return f.inside(path, func(root *os.Root, name string) error { return root.Remove(name) })
}

// Rename gives the file at from the name to. Neither is durable before SyncDir.
func (f Files) Rename(from, to string) error {
	return f.inside(from, func(root *os.Root, old string) error {
		return f.inside(to, func(_ *os.Root, name string) error { return root.Rename(old, name) })
	})
}

// Remove removes files; one that is missing is no error. It tries all of them and
// returns the first cause. The removal is durable after SyncDir.
func (f Files) Remove(paths ...string) error {
	var first error
	for _, path := range paths {
		err := f.removeOne(path)
		if err == nil {
			err = f.Step(Step{Kind: "removed", Path: path})
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) && first == nil {
			first = err
		}
	}
	return first
}
