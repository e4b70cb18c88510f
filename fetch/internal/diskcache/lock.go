package diskcache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// LockName is the file in a store's folder that the process which has the store
// open holds a lock on, beside the one on the folder itself: versions before that
// lock know only the file, and some network file systems lock only files.
const LockName = "lock"

// Exclusively calls do while no process has the store in dir open, nor can open
// it. It fails with ErrLocked if one has, else with the error of do.
func Exclusively(dir string, do func() error) error {
	l, err := takeLease(durable.Files{Base: dir}, dir)
	if err != nil {
		return err
	}
	return errors.Join(do(), l.Close())
}

// A lease is the right of one process to a folder: locks on the folder and on the
// file in it, until they are closed, which the kernel does even after kill -9.
type lease struct {
	folder, file *os.File
	locks        leased // what is locked
}

// leased tells a folder and its lock file from others of the same names.
type leased struct{ folder, file fs.FileInfo }

// leaseTries is how often a folder may be replaced while it is being locked.
const leaseTries = 3

// takeLease locks dir. It fails with fault.ErrLocked while another process has it.
func takeLease(files durable.Files, dir string) (*lease, error) {
	for try := 1; ; try++ {
		folder, err := lockFolder(dir)
		if err != nil {
			return nil, err
		}
		l, err := leaseFile(files, dir, folder)
		if err != nil {
			return nil, errors.Join(err, folder.Close())
		}
		if l.holds(dir) {
			return l, nil
		}
		if err := l.Close(); err != nil || try == leaseTries {
			return nil, errors.Join(durable.At(dir, fault.ErrLocked), err) // by one who makes and removes it
		}
	}
}

// leaseFile locks the lock file in dir, whose folder is locked.
func leaseFile(files durable.Files, dir string, folder *os.File) (*lease, error) {
	file, err := lockFile(files, filepath.Join(dir, LockName))
	if err != nil {
		return nil, err
	}
	l := &lease{folder: folder, file: file}
	if l.locks.folder, err = folder.Stat(); err == nil {
		l.locks.file, err = file.Stat()
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return l, nil
}

// holds reports whether the names of dir and its lock file still lead to those that
// are locked: else another process may have locked them.
func (l *lease) holds(dir string) bool {
	file, err := os.Lstat(filepath.Join(dir, LockName))
	return err == nil && os.SameFile(file, l.locks.file) && l.holdsFolder(dir)
}

func (l *lease) holdsFolder(dir string) bool {
	folder, err := os.Stat(dir)
	return err == nil && os.SameFile(folder, l.locks.folder)
}

// renew returns a lease of dir in the place of l, which did not hold a moment ago. l
// stays as it was where that fails.
func (l *lease) renew(files durable.Files, dir string) (*lease, error) {
	switch {
	case l.holds(dir): // what was taken away is back: another lock on it would wait for this one
		again := *l
		return &again, nil
	case !l.holdsFolder(dir):
		next, err := takeLease(files, dir)
		if err == nil {
			_ = l.Close() // locks on what nobody finds
		}
		return next, err
	}
	return l.renewFile(files, dir)
}

// renewFile returns a lease of dir, whose folder l has locked, with the lock file that is
// there now. It fails where another folder was put there a moment ago.
func (l *lease) renewFile(files durable.Files, dir string) (*lease, error) {
	next, err := leaseFile(files, dir, l.folder) // a second lock on the folder would wait for the first
	switch {
	case err != nil:
		return nil, err
	case !next.holds(dir):
		return nil, errors.Join(durable.At(dir, fault.ErrLocked), next.file.Close())
	}
	_ = l.file.Close()
	return next, nil
}

// Close gives the folder free.
func (l *lease) Close() error { return errors.Join(l.file.Close(), l.folder.Close()) }

// lockFolder opens dir and locks it where the file system can lock folders.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(dir, os.O_RDONLY|syscall.O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	if err := lock(f); errors.Is(err, fault.ErrLocked) {
		return nil, errors.Join(durable.At(dir, err), f.Close())
	}
	return f, nil
}

func lockFile(files durable.Files, path string) (*os.File, error) {
	f, err := openLock(files, path)
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(durable.At(path, err), f.Close())
	}
	return f, nil
}

// openLock opens the lock file, and makes it if it is missing. What lies there and is no
// file of this user's is replaced.
func openLock(files durable.Files, path string) (*os.File, error) {
	f, err := files.Open(path, os.O_RDWR)
	if errors.Is(err, durable.ErrNotRegular) || errors.Is(err, syscall.ELOOP) {
		if err = files.Remove(path); err == nil {
			err = fs.ErrNotExist
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		f, err = files.Create(path)
	}
	if errors.Is(err, fs.ErrExist) { // another process was faster
		f, err = files.Open(path, os.O_RDWR)
	}
	return f, err
}

// lock locks f against other processes until it is closed.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return fault.ErrLocked
	}
	return err
}
