package fs

import (
	"context"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// A directory is what a directory handle reads.
type directory interface {
	gofs.InodeEmbedder

	// entries appends what is listed, without . and .., to a list.
	entries(list []fuse.DirEntry) []fuse.DirEntry

	// whole reports whether all is listed that could be.
	whole() bool

	// child looks up a listed name. It waits for nothing.
	child(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno)
}

// A directoryHandle is an open directory: its entries as they were when it was
// opened or rewound, and then why these are not all. Reading it waits for
// nothing: the kernel holds the lock of the directory meanwhile, and who removes
// that would hold the parent's. go-fuse makes its calls one at a time.
type directoryHandle struct {
	dir  directory
	list []fuse.DirEntry
	next int
	err  error

	release func() // called when the directory is closed; may be nil
}

var (
	_ gofs.FileReaddirenter = (*directoryHandle)(nil)
	_ gofs.FileSeekdirer    = (*directoryHandle)(nil)
	_ gofs.FileLookuper     = (*directoryHandle)(nil)
	_ gofs.FileFsyncdirer   = (*directoryHandle)(nil)
	_ gofs.FileReleasedirer = (*directoryHandle)(nil)
)

const (
	// maxOpenEntries is how many entries open directories of users beside the owner may
	// have, as shares counts them: each keeps its view in memory, some 700 bytes an entry.
	maxOpenEntries = 1 << 20

	// leastEntries is as how many entries a directory counts at least.
	leastEntries = 256
)

// openDirectory opens a directory for the user who asks for it, until release. It fails
// with EMFILE where that is no owner and has too many entries open.
func (f *FS) openDirectory(ctx context.Context, d directory, err error, release func()) (gofs.FileHandle, uint32, syscall.Errno) {
	h := newDirectoryHandle(d, err)
	leave, ok := f.enterDirectory(ctx, h)
	if !ok {
		release()
		return nil, 0, syscall.EMFILE
	}
	h.release = func() {
		leave()
		release()
	}
	return h, 0, 0
}

// newDirectoryHandle returns a handle whose last word is err, as long as not all is
// listed.
func newDirectoryHandle(d directory, err error) *directoryHandle {
	h := &directoryHandle{dir: d, err: err}
	h.rewind()
	return h
}

func (h *directoryHandle) rewind() {
	ino, whole := h.dir.EmbeddedInode().StableAttr().Ino, h.dir.whole()
	h.list = h.dir.entries([]fuse.DirEntry{
		{Name: ".", Mode: syscall.S_IFDIR, Ino: ino},
		{Name: "..", Mode: syscall.S_IFDIR, Ino: rootIno},
	})
	if h.next = 0; whole {
		h.err = nil
	}
}

func (h *directoryHandle) Readdirent(context.Context) (*fuse.DirEntry, syscall.Errno) {
	if h.next >= len(h.list) {
		return nil, unlistedErrno(h.err)
	}
	e := &h.list[h.next] // no copy: a folder may have 100,000 of them
	h.next++
	e.Off = uint64(h.next)
	return e, 0
}

// unlistedErrno returns the error number that ends a listing that is not whole.
// The C library takes ENOENT for the end of a folder that was removed.
func unlistedErrno(err error) syscall.Errno {
	if errno := toErrno(err); errno != syscall.ENOENT {
		return errno
	}
	return syscall.EIO
}

func (h *directoryHandle) Seekdir(_ context.Context, off uint64) syscall.Errno {
	if off > uint64(len(h.list)) {
		return syscall.EINVAL
	}
	if h.next = int(off); off == 0 {
		h.rewind()
	}
	return 0
}

func (h *directoryHandle) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	return h.dir.child(ctx, name, out)
}

func (h *directoryHandle) Fsyncdir(context.Context, uint32) syscall.Errno { return 0 }

// Releasedir lets go of what the open directory kept in memory.
func (h *directoryHandle) Releasedir(context.Context, uint32) {
	if h.release != nil {
		h.release()
	}
}
