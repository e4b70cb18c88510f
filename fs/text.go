package fs

import (
	"bytes"
	"context"
	"sync"
	"syscall"
	"time"
	"weak"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// A textNode is a small file whose content is made when it is read.
type textNode struct {
	node
	hold     func() (release func()) // called around content, which waits for nothing; may be nil
	content  func() []byte
	modified func() time.Time

	mu   sync.Mutex         // guards last, and is held while content is made
	last weak.Pointer[text] // of the handles that are open
}

// A text is what a handle shows. Handles that show the same share it.
type text struct{ bytes []byte }

// size returns how many bytes a handle counts that shows the text.
func (t *text) size() int { return max(len(t.bytes), leastBytes) }

// take returns the text as of now: the one that handles show, where it is the same. It
// makes one text at a time, so that many who ask at once take the memory of one.
func (t *textNode) take() *text {
	if t.hold != nil {
		defer t.hold()()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.content()
	if last := t.last.Value(); last != nil && bytes.Equal(last.bytes, now) {
		return last
	}
	made := &text{bytes.Clone(now)} // which has no room to grow
	t.last = weak.Make(made)
	return made
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
	t.fs.fill(&out.Attr, fileMode, int64(len(t.take().bytes)), t.modified())
	return 0
}

func (t *textNode) Open(ctx context.Context, flags uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	if flags&syscall.O_ACCMODE != syscall.O_RDONLY {
		return nil, 0, syscall.EROFS
	}
	h := &textHandle{}
	if errno := h.open(ctx, t.fs, t.take); errno != 0 {
		return nil, 0, errno
	}
	return h, fuse.FOPEN_DIRECT_IO, 0
}

// A textHandle shows its text as it was when it was opened or the start of it was last
// read. A text that has grown beyond the share of the user who opened it is not taken.
type textHandle struct {
	take   func() *text
	memory *memoryShare
	mu     sync.Mutex // guards text
	text   *text
}

var (
	_ gofs.FileReader   = (*textHandle)(nil)
	_ gofs.FileReleaser = (*textHandle)(nil)
)

// open has the handle show a text. It fails with EMFILE where the user who asks for it is
// no owner and has too much open.
func (h *textHandle) open(ctx context.Context, f *FS, take func() *text) syscall.Errno {
	h.take, h.text = take, take()
	var ok bool
	if h.memory, ok = f.enterMemory(ctx, h, h.text.size()); !ok {
		return syscall.EMFILE
	}
	return 0
}

func (h *textHandle) Read(_ context.Context, dest []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if off == 0 {
		if now := h.take(); h.memory.resize(now.size()) {
			h.text = now
		}
	}
	rest := h.text.bytes[min(off, int64(len(h.text.bytes))):]
	return fuse.ReadResultData(rest[:min(len(rest), len(dest))]), 0
}

// Release lets go of the text.
func (h *textHandle) Release(context.Context) syscall.Errno {
	h.memory.leave()
	return 0
}
