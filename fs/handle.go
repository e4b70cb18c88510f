package fs

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/fetch"
)

// A trackHandle is an open track. There is one type for both ways of being
// open, because go-fuse asks a handle's type for passthrough.
type trackHandle struct {
	fs     *FS
	reader *fetch.Reader
	file   *os.File // the whole file; nil where reads go through the reader
}

var (
	_ gofs.FileReader          = (*trackHandle)(nil)
	_ gofs.FileReleaser        = (*trackHandle)(nil)
	_ gofs.FilePassthroughFder = (*trackHandle)(nil)
)

// PassthroughFd lets the kernel read the cache file itself.
func (h *trackHandle) PassthroughFd() (int, bool) {
	if h.file == nil || !h.fs.passthrough {
		return 0, false
	}
	return int(h.file.Fd()), true
}

// Read gives the full count, except at the end of the file and on a signal.
func (h *trackHandle) Read(ctx context.Context, dest []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	if h.file != nil {
		return fuse.ReadResultFd(h.file.Fd(), off, len(dest)), 0
	}
	h.fs.life.CheckAborted()
	n, err := h.reader.ReadAt(ctx, dest, off)
	switch {
	case err == nil, errors.Is(err, io.EOF):
	case n > 0 && errors.Is(err, context.Canceled):
		// A read that a signal ends is short: read(2).
	default:
		return nil, toErrno(err)
	}
	return fuse.ReadResultVector([][]byte{dest[:n]}), 0 // by writev; of other data go-fuse tries a splice first
}

// Release gives the handle up.
func (h *trackHandle) Release(context.Context) syscall.Errno {
	defer h.fs.handles.Remove(h)
	return toErrno(h.reader.Close())
}

// closeForgotten closes the handles that were closed just before the mount went:
// what the kernel had not told of by then it forgets. No request may come any
// more.
func (f *FS) closeForgotten() {
	f.handles.Each(func(h *trackHandle) { _ = h.reader.Close() }) // which never fails
}
