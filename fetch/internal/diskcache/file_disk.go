package diskcache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/internal/durable"
)

// open opens the file, and creates it where it has no bytes that matter: end is 0, or
// it was never made.
func (f *File) open(made bool, end int64) (*os.File, error) {
	if !made {
		return f.create()
	}
	file, err := f.place.files.Open(f.path(), os.O_RDWR)
	gone := errors.Is(err, fs.ErrNotExist) || errors.Is(err, durable.ErrNotRegular)
	switch {
	case err == nil:
	case !gone:
		return nil, err
	case end == 0:
		return f.create()
	default:
		return nil, fmt.Errorf("%w: %w", ErrGone, err)
	}
	info, err := file.Stat()
	if err == nil {
		err = longEnough(info, end)
	}
	if errors.Is(err, ErrTorn) {
		err = fmt.Errorf("%w: %w", ErrGone, err)
	}
	if err == nil {
		err = f.place.files.Step(durable.Step{Kind: "opened", Path: file.Name(), File: file})
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// create makes the file. One that is there is removed and never emptied in place:
// another process may read it.
func (f *File) create() (*os.File, error) {
	if err := f.place.files.MakeDir(filepath.Dir(f.path())); err != nil {
		return nil, err
	}
	file, err := f.place.files.Create(f.path())
	if errors.Is(err, fs.ErrExist) {
		if err = f.place.files.Remove(f.path()); err == nil {
			file, err = f.place.files.Create(f.path())
		}
	}
	if err != nil {
		return nil, err
	}
	if err := f.place.files.Step(durable.Step{Kind: "emptied", Path: file.Name(), File: file}); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// longEnough fails unless a data file reaches to end.
func longEnough(info fs.FileInfo, end int64) error {
	if info.Size() < end {
		return fmt.Errorf("%w: %d bytes of data, %d recorded", ErrTorn, info.Size(), end)
	}
	return nil
}

// check fails unless the file on disk is as long as it should be. modified is when it
// was last written.
func (f *File) check() (modified time.Time, err error) {
	if f.end == 0 {
		return time.Now(), nil
	}
	info, err := f.place.files.Lstat(f.path())
	switch {
	case err != nil:
	case info.Mode()&fs.ModeSymlink != 0: // it is not followed; the data may be back later
		err = &fs.PathError{Op: "open", Path: f.path(), Err: syscall.ELOOP}
	case !info.Mode().IsRegular():
		err = fmt.Errorf("%w: %w", ErrGone, durable.At(f.path(), durable.ErrNotRegular))
	}
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), longEnough(info, f.end)
}

// gone reports whether the path leads to no file, or to another than the open one.
func (f *File) gone() bool {
	there, err := f.place.files.Lstat(f.path())
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	if !f.Hold() {
		return false
	}
	defer f.Release()
	open, err := f.file.Stat()
	return err == nil && !os.SameFile(there, open)
}

// clear removes the file unless it was acquired since Rest. It may be acquired
// again, empty: no record has told of what was in it.
func (f *File) clear() error {
	f.disk.Lock()
	defer f.disk.Unlock()
	f.mu.Lock()
	used := f.dropped || !f.resting || f.refs > 0
	f.mu.Unlock()
	if used {
		return nil
	}
	err := f.place.files.Remove(f.path())
	if err == nil {
		f.mu.Lock()
		f.made, f.end = false, 0
		f.mu.Unlock()
	}
	return err
}

// remove removes the file from disk after discard.
func (f *File) remove() error {
	f.disk.Lock()
	defer f.disk.Unlock()
	err := f.place.files.Remove(f.path())
	if info, statErr := f.place.files.Lstat(f.path()); err != nil && statErr == nil && info.IsDir() {
		return nil // somebody's folder, which no other generation needs
	}
	return err
}

// dropStrays removes the other generations that lie beside the first one of a session
// when that is written. Another generation of this session is made only after the
// first is discarded, and under the same lock.
func (f *File) dropStrays() {
	f.disk.Lock()
	defer f.disk.Unlock()
	f.mu.Lock()
	strays := f.first && !f.dropped
	f.first = false
	f.mu.Unlock()
	if strays && f.owned() == nil {
		_ = f.place.dropAllBut(f.path()) // the next scan finds what cannot be removed now
	}
}
