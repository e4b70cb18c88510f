package playlist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/tunesfs/tunesfs/catalog"
)

// readFile returns a file's bytes. A pipe or a device is none: opening waits for
// nobody.
func readFile(ctx context.Context, path string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %w", catalog.ErrNotFound, err)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%w: %w", catalog.ErrDenied, err)
	case err != nil:
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(fmt.Errorf("%w: %s is no regular file", catalog.ErrBadResponse, path), err)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxBody+1))
	if err == nil && len(data) > maxBody {
		err = fmt.Errorf("%w: longer than %d bytes", catalog.ErrBadResponse, maxBody)
	}
	return data, err
}
