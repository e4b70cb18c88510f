package fs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// checkMountPoint returns why dir, an absolute path, cannot be mounted on.
func checkMountPoint(dir string) error {
	// The table of mounts comes first: a dead mount cannot even be looked at.
	if isMounted(dir) {
		return fmt.Errorf("%s: %w", dir, ErrAlreadyMounted)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s: %w", dir, ErrNotDirectory)
	}
	if err := checkEmpty(dir); err != nil {
		return err
	}
	if err := checkDevice(); err != nil {
		return fmt.Errorf("%w: %w", ErrNoDevice, err)
	}
	if os.Geteuid() != 0 && !hasHelper() {
		return ErrNoHelper
	}
	return nil
}

func checkEmpty(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	switch _, err := d.Readdirnames(1); {
	case err == nil:
		return fmt.Errorf("%s: %w", dir, ErrNotEmpty)
	case errors.Is(err, io.EOF):
		return nil
	default:
		return err
	}
}

// realPath returns dir without symbolic links as far as that can be told
// without looking at dir itself, which may be a dead mount.
func realPath(dir string) string {
	if parent, err := filepath.EvalSymlinks(filepath.Dir(dir)); err == nil {
		return filepath.Join(parent, filepath.Base(dir))
	}
	return dir
}
