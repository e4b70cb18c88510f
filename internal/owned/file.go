package owned

import (
	"os"
	"path/filepath"
	"syscall"
)

// File returns where the links of the file at path lead, or fails with ErrShared where
// another user made one of them or can change what lies on the way. The file itself may
// be missing, and is for the caller to check once it is open.
func File(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	for range maxLinks {
		if err := Holder(filepath.Dir(path)); err != nil {
			return "", err
		}
		info, err := os.Lstat(path)
		if err != nil || info.Mode()&os.ModeSymlink == 0 {
			return path, nil // opening it says why not
		}
		target, err := readLink(path, info)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(target) {
			folder, err := filepath.EvalSymlinks(filepath.Dir(path))
			if err != nil {
				return "", err
			}
			target = filepath.Join(folder, target)
		}
		path = target
	}
	return "", &os.PathError{Op: "open", Path: path, Err: syscall.ELOOP}
}
