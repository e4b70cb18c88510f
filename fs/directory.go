package fs

import (
	"cmp"
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

	// unlisted returns why there is no listing at all, nil if there is one.
	unlisted() error

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
	err  error // why not all was listed when it was opened

	unlisted error // why nothing was, when it was opened or rewound

	memory  *memoryShare
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
	// entryBytes is about what an entry of an open directory takes in memory, with the view
	// that the directory keeps there.
	entryBytes = 768

	// leastEntries is as how many entries a directory counts at least.
	leastEntries = 256
)

// directoryBytes is about what an open directory of so many entries takes in memory.
func directoryBytes(entries int) int { return entryBytes * max(entries, leastEntries) }

// openDirectory opens a directory for the user who asks for it, until release. It fails
// with EMFILE where that is no owner and has too much open.
func (f *FS) openDirectory(ctx context.Context, d directory, err error, release func()) (gofs.FileHandle, uint32, syscall.Errno) {
	h := newDirectoryHandle(d, err)
	var ok bool
	if h.memory, ok = f.enterMemory(ctx, h, directoryBytes(len(h.list))); !ok {
		release()
		return nil, 0, syscall.EMFILE
	}
	h.release = release
	return h, 0, 0
}

// newDirectoryHandle returns a handle whose last word is err, as long as not all is
// listed.
func newDirectoryHandle(d directory, err error) *directoryHandle {
	h := &directoryHandle{dir: d, err: err}
	_ = h.rewind() // which no share forbids yet
	return h
}

// rewind lists the directory again. It fails with EMFILE, and changes nothing, where there
// are more entries now than its user's share allows.
func (h *directoryHandle) rewind() syscall.Errno {
	ino, whole := h.dir.EmbeddedInode().StableAttr().Ino, h.dir.whole()
	list := h.dir.entries([]fuse.DirEntry{
		{Name: ".", Mode: syscall.S_IFDIR, Ino: ino},
		{Name: "..", Mode: syscall.S_IFDIR, Ino: rootIno},
	})
	if !h.memory.resize(directoryBytes(len(list))) {
		return syscall.EMFILE
	}
	h.list, h.unlisted = list, h.dir.unlisted()
	if h.next = 0; whole {
		h.err = nil
	}
	return 0
}

func (h *directoryHandle) Readdirent(context.Context) (*fuse.DirEntry, syscall.Errno) {
	if h.next >= len(h.list) {
		return nil, unlistedErrno(cmp.Or(h.err, h.unlisted))
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
	if off == 0 {
		return h.rewind()
	}
	h.next = int(off)
	return 0
}

func (h *directoryHandle) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	return h.dir.child(ctx, name, out)
}

func (h *directoryHandle) Fsyncdir(context.Context, uint32) syscall.Errno { return 0 }

// Releasedir lets go of what the open directory kept in memory.
func (h *directoryHandle) Releasedir(context.Context, uint32) {
	h.memory.leave()
	if h.release != nil {
		h.release()
	}
}
