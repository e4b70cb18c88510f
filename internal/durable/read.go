package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

var (
	// ErrNotRegular is a path where a FIFO, a folder or a device lies, and no file.
	ErrNotRegular = errors.New("this is no regular file")

	// ErrTooLong is a file that has more bytes than any that this program wrote.
	ErrTooLong = errors.New("the file is too long")
)

// Open opens the regular file at path, with the flags of os.OpenFile. It does not
// wait for one who writes to a FIFO: that is ErrNotRegular.
func Open(path string, flag int) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
	}
	return os.OpenFile(path, flag, 0)
}

// ReadFile returns what the regular file at path holds, of at most limit bytes.
func ReadFile(path string, limit int64) ([]byte, error) {
	f, err := Open(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if int64(len(b)) > limit {
		err = fmt.Errorf("%s: %w", path, ErrTooLong)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return b, err
}
