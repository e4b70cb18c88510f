package durable

import (
	"errors"
	"io"
	"os"
)

var (
	// ErrNotRegular is a path where a FIFO, a folder or a device lies, and no file.
	ErrNotRegular = errors.New("this is no regular file")

	// ErrTooLong is a file that has more bytes than any that this program wrote.
	ErrTooLong = errors.New("the file is too long")
)

// ReadFile is Files.ReadFile in the folder of the file.
func ReadFile(path string, limit int64) ([]byte, error) { return Files{}.ReadFile(path, limit) }

// ReadFile returns what the regular file at path holds, of at most limit bytes.
func (f Files) ReadFile(path string, limit int64) ([]byte, error) {
	file, err := f.Open(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(file, limit+1))
	if int64(len(b)) > limit {
		err = At(path, ErrTooLong)
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return b, err
}
