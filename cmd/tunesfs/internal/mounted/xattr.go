package mounted

import (
	"errors"
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// longestXattr bounds an attribute's value: XATTR_SIZE_MAX of xattr(7).
const longestXattr = 64 << 10

// ReadXattr returns the value of an attribute.
func ReadXattr(path, name string) (string, error) {
	value := make([]byte, longestXattr)
	n, err := unix.Getxattr(path, name, value)
	for errors.Is(err, unix.EINTR) {
		n, err = unix.Getxattr(path, name, value)
	}
	if err != nil {
		return "", err
	}
	return string(value[:n]), nil
}

// ExplainDead says what to do about a mount whose process is gone, or who may
// look into one that is another user's.
func ExplainDead(dir string, err error) error {
	if errors.Is(err, syscall.EACCES) {
		return fmt.Errorf("the mount at %s is another user's; only who mounted it may look into it, unless it is with --allow-other", dir)
	}
	if errors.Is(err, syscall.ENOTCONN) || errors.Is(err, syscall.ECONNABORTED) {
		return fmt.Errorf("the mount at %s is dead; run 'tunesfs unmount %s'", dir, dir)
	}
	return err
}
