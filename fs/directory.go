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

	// child looks up a listed name. It waits for nothing.
	child(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno)
}

// A directoryHandle is an open directory: its entries as they were when it was
// opened or rewound, and those of further pages. go-fuse makes its calls one at
// a time.
type directoryHandle struct {
	dir   directory
	pages *pages // nil where all is there at once
	list  []fuse.DirEntry
	next  int
	given bool // entries were, in this call
}

var (
	_ gofs.FileReaddirenter = (*directoryHandle)(nil)
	_ gofs.FileSeekdirer    = (*directoryHandle)(nil)
	_ gofs.FileLookuper     = (*directoryHandle)(nil)
	_ gofs.FileFsyncdirer   = (*directoryHandle)(nil)
)

func openDirectory(d directory, p *pages) *directoryHandle {
	h := &directoryHandle{dir: d, pages: p}
	h.rewind()
	return h
}

func (h *directoryHandle) rewind() {
	ino := h.dir.EmbeddedInode().StableAttr().Ino
	h.pages.rewind()
	h.list = h.dir.entries([]fuse.DirEntry{
		{Name: ".", Mode: syscall.S_IFDIR, Ino: ino},
		{Name: "..", Mode: syscall.S_IFDIR, Ino: rootIno},
	})
	h.next = 0
}

// Readdirent gives out what there is before it waits for more.
func (h *directoryHandle) Readdirent(ctx context.Context) (*fuse.DirEntry, syscall.Errno) {
	for h.next >= len(h.list) {
		if h.given || h.pages.isLast() {
			h.given = false
			return nil, 0
		}
		if more, err := h.pages.turn(ctx); !more {
			return nil, toErrno(err)
		}
		h.extend()
	}
	e := &h.list[h.next] // no copy: a folder may have 100,000 of them
	h.next++
	h.given = true
	e.Off = uint64(h.next)
	return e, 0
}

// extend adds the entries that are new.
func (h *directoryHandle) extend() {
	known := make(map[string]bool, len(h.list))
	for _, e := range h.list {
		known[e.Name] = true
	}
	for _, e := range h.dir.entries(nil) {
		if !known[e.Name] {
			h.list = append(h.list, e)
		}
	}
}

func (h *directoryHandle) Seekdir(_ context.Context, off uint64) syscall.Errno {
	if off > uint64(len(h.list)) {
		return syscall.EINVAL
	}
	h.next = int(off)
	h.given = false
	if off == 0 {
		h.rewind()
	}
	return 0
}

func (h *directoryHandle) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	return h.dir.child(ctx, name, out)
}

func (h *directoryHandle) Fsyncdir(context.Context, uint32) syscall.Errno { return 0 }
