package disk

import (
	"context"
	"os"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// A handle is an open file.
type handle struct {
	*gofs.LoopbackFile
	file *os.File // the same
	disk *volume
}

func (v *volume) handle(f *os.File) *handle {
	return &handle{LoopbackFile: gofs.NewLoopbackFileFromOS(f), file: f, disk: v}
}

// Read reads.
func (h *handle) Read(ctx context.Context, b []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	if errno := h.disk.faults.fails("read"); errno != 0 {
		return nil, errno
	}
	return h.LoopbackFile.Read(ctx, b, off)
}

// Write writes through the journal.
func (h *handle) Write(_ context.Context, b []byte, off int64) (uint32, syscall.Errno) {
	if errno := h.disk.faults.fails("write"); errno != 0 {
		return 0, errno
	}
	n, err := h.disk.journal.write(h.file, b, off)
	return uint32(n), gofs.ToErrno(err)
}

// Fsync tells the journal. The folder below needs no sync: it survives this process.
func (h *handle) Fsync(context.Context, uint32) syscall.Errno {
	errno := h.disk.faults.fails("fsync")
	if err := h.disk.journal.sync(h.file, errno != 0); err != nil {
		return gofs.ToErrno(err)
	}
	return errno
}

// Allocate gives the file space or takes it away.
func (h *handle) Allocate(_ context.Context, off, size uint64, mode uint32) syscall.Errno {
	if errno := h.disk.faults.fails("fallocate"); errno != 0 {
		return errno
	}
	return gofs.ToErrno(h.disk.journal.allocate(h.file, mode, int64(off), int64(size)))
}

// PassthroughFd gives no file to the kernel: it would write past the journal.
func (h *handle) PassthroughFd() (int, bool) { return 0, false }

// A listing is an open folder of the folder below.
type listing interface {
	gofs.FileReaddirenter
	gofs.FileSeekdirer
	gofs.FileReleasedirer
}

// A folder is an open folder.
type folder struct {
	listing
	disk *volume
	ino  uint64
}

// Fsyncdir tells the journal.
func (f *folder) Fsyncdir(context.Context, uint32) syscall.Errno {
	if errno := f.disk.faults.fails("fsync"); errno != 0 {
		return errno
	}
	f.disk.journal.syncNames(f.ino)
	return 0
}
