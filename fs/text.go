package fs

import (
	"context"
	"sync"
	"syscall"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// A textNode is a small file whose content is made when it is read.
type textNode struct {
	node
	content  func() []byte
	modified func() time.Time
}

var (
	_ gofs.NodeGetattrer = (*textNode)(nil)
	_ gofs.NodeOpener    = (*textNode)(nil)
)

// lookupText answers a lookup with a text of an inode number and generation.
func (n *node) lookupText(ctx context.Context, t *textNode, id gofs.StableAttr, out *fuse.EntryOut) *gofs.Inode {
	t.node = node{fs: n.fs}
	n.fs.fill(&out.Attr, fileMode, 0, time.Time{})
	out.SetEntryTimeout(attrTimeout)
	id.Mode = syscall.S_IFREG
	return n.NewInode(ctx, t, id)
}

// Getattr gives the size as of now; it is not kept.
func (t *textNode) Getattr(_ context.Context, _ gofs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	t.fs.fill(&out.Attr, fileMode, int64(len(t.content())), t.modified())
	return 0
}

func (t *textNode) Open(_ context.Context, flags uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	if flags&syscall.O_ACCMODE != syscall.O_RDONLY {
		return nil, 0, syscall.EROFS
	}
	return &textHandle{content: t.content}, fuse.FOPEN_DIRECT_IO, 0
}

// A textHandle shows its text as it was when the start of it was last read.
type textHandle struct {
	content func() []byte
	mu      sync.Mutex // guards body
	body    []byte
}

var _ gofs.FileReader = (*textHandle)(nil)

func (h *textHandle) Read(_ context.Context, dest []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if off == 0 || h.body == nil {
		h.body = h.content()
	}
	rest := h.body[min(off, int64(len(h.body))):]
	return fuse.ReadResultData(rest[:min(len(rest), len(dest))]), 0
}
