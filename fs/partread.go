package fs

import (
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// A partRead is the beginning of a read, and why the rest failed.
type partRead struct {
	fuse.ReadResult
	errno syscall.Errno
}

// A partReader gives a program the beginning of a read of which the rest fails, as read(2)
// does. The next read has the error. Where the kernel keeps pages of what it reads, it would
// take the beginning for the whole file: such a read fails.
type partReader struct{ fuse.RawFileSystem }

// Read has a lock owner where it is for a program, and none where it is for pages.
func (p partReader) Read(cancel <-chan struct{}, in *fuse.ReadIn, buf []byte) (fuse.ReadResult, fuse.Status) {
	result, status := p.RawFileSystem.Read(cancel, in, buf)
	part, ok := result.(partRead)
	switch {
	case !ok:
		return result, status
	case in.ReadFlags&fuse.READ_LOCKOWNER == 0:
		return nil, fuse.ToStatus(part.errno)
	}
	return part.ReadResult, fuse.OK
}
