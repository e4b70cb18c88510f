package diskcache

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// LockName is the file in a store's folder that the process which has the store
// open holds a lock on. It must not be removed.
const LockName = "lock"

// Exclusively calls do while no process has the store in dir open, nor can open
// it. It fails with ErrLocked if one has, else with the error of do.
func Exclusively(dir string, do func() error) error {
	lock, err := lockFile(filepath.Join(dir, LockName))
	if err != nil {
		return err
	}
	return errors.Join(do(), lock.Close())
}

// lockFile locks path against other processes until the file is closed, which
// the kernel does even after kill -9.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = fault.ErrLocked
		}
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return f, nil
}
