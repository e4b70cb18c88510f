package mounted

import (
	"errors"

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
