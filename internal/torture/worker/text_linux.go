package worker

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// textOf returns what the small file at path holds. Package os would ask the mount whether
// the file is ready, and has an error of its own, with no number, where the mount has ended.
func textOf(path string) ([]byte, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	defer unix.Close(fd)
	var text []byte
	for b := make([]byte, 64<<10); ; {
		n, err := unix.Read(fd, b)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return text, fmt.Errorf("read %s: %w", path, err)
		case n == 0:
			return text, nil
		default:
			text = append(text, b[:n]...)
		}
	}
}
