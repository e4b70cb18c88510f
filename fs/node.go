package fs

import (
	"context"
	"math"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fs/internal/shares"
)

// A node is what all nodes have in common: a read-only file system. Kinds of
// nodes override what they allow. Without these, go-fuse answers ENOTSUP.
type node struct {
	gofs.Inode
	fs *FS
}

var (
	_ gofs.NodeStatfser      = (*node)(nil)
	_ gofs.NodeAccesser      = (*node)(nil)
	_ gofs.NodeFsyncer       = (*node)(nil)
	_ gofs.NodeSetattrer     = (*node)(nil)
	_ gofs.NodeMkdirer       = (*node)(nil)
	_ gofs.NodeMknoder       = (*node)(nil)
	_ gofs.NodeCreater       = (*node)(nil)
	_ gofs.NodeTmpfiler      = (*node)(nil)
	_ gofs.NodeLinker        = (*node)(nil)
	_ gofs.NodeSymlinker     = (*node)(nil)
	_ gofs.NodeRenamer       = (*node)(nil)
	_ gofs.NodeUnlinker      = (*node)(nil)
	_ gofs.NodeRmdirer       = (*node)(nil)
	_ gofs.NodeGetxattrer    = (*node)(nil)
	_ gofs.NodeSetxattrer    = (*node)(nil)
	_ gofs.NodeListxattrer   = (*node)(nil)
	_ gofs.NodeRemovexattrer = (*node)(nil)
)

// Statfs shows the space of the cache.
func (n *node) Statfs(_ context.Context, out *fuse.StatfsOut) syscall.Errno {
	var st syscall.Statfs_t
	if err := syscall.Statfs(n.fs.cfg.CacheDir, &st); err != nil {
		return toErrno(err)
	}
	out.FromStatfsT(&st)
	out.NameLen = catalog.MaxName
	return 0
}

// Access answers without a size; go-fuse would wait for one. Nothing can be written here
// but where a kind of node says so: a program that asks first is told so at once, and
// does not save what is lost. EROFS would keep rm(1) from asking on a terminal.
func (n *node) Access(ctx context.Context, mask uint32) syscall.Errno {
	if mask&mayWrite != 0 {
		return syscall.EACCES
	}
	return n.fs.permit(ctx, mask, n.IsDir())
}

// Fsync succeeds: nothing is written here that could be lost.
func (n *node) Fsync(context.Context, gofs.FileHandle, uint32) syscall.Errno { return 0 }

func (n *node) Setattr(context.Context, gofs.FileHandle, *fuse.SetAttrIn, *fuse.AttrOut) syscall.Errno {
	return syscall.EROFS
}

func (n *node) Mkdir(context.Context, string, uint32, *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	return nil, syscall.EROFS
}

func (n *node) Mknod(context.Context, string, uint32, uint32, *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	return nil, syscall.EROFS
}

func (n *node) Create(context.Context, string, uint32, uint32, *fuse.EntryOut) (*gofs.Inode, gofs.FileHandle, uint32, syscall.Errno) {
	return nil, nil, 0, syscall.EROFS
}

func (n *node) Tmpfile(context.Context, uint32, uint32, *fuse.EntryOut) (*gofs.Inode, gofs.FileHandle, uint32, syscall.Errno) {
	return nil, nil, 0, syscall.EROFS
}

func (n *node) Link(context.Context, gofs.InodeEmbedder, string, *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	return nil, syscall.EROFS
}

func (n *node) Symlink(context.Context, string, string, *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	return nil, syscall.EROFS
}

func (n *node) Rename(context.Context, string, gofs.InodeEmbedder, string, uint32) syscall.Errno {
	return syscall.EROFS
}

func (n *node) Unlink(context.Context, string) syscall.Errno { return syscall.EROFS }

func (n *node) Rmdir(context.Context, string) syscall.Errno { return syscall.EROFS }

// plainXattrs is the table of a node without extended attributes.
var plainXattrs xattrTable[*node]

func (n *node) Getxattr(_ context.Context, name string, dest []byte) (uint32, syscall.Errno) {
	return plainXattrs.get(n, name, dest)
}

func (n *node) Setxattr(ctx context.Context, name string, _ []byte, _ uint32) syscall.Errno {
	if errno := n.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	return plainXattrs.refuse(name)
}

func (n *node) Listxattr(_ context.Context, dest []byte) (uint32, syscall.Errno) {
	return plainXattrs.list(n, dest)
}

func (n *node) Removexattr(ctx context.Context, name string) syscall.Errno {
	if errno := n.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	return plainXattrs.refuseRemoval(name)
}

// The bits of access(2).
const (
	mayExecute = 1
	mayWrite   = 2
)

// permit is the one check of who may do what. Everybody who gets as far as us
// may read; only the owner and root may write, which is to say control. Nobody
// executes a file.
func (f *FS) permit(ctx context.Context, mask uint32, dir bool) syscall.Errno {
	if mask&mayExecute != 0 && !dir {
		return syscall.EACCES
	}
	if mask&mayWrite == 0 {
		return 0
	}
	if _, other := f.isOther(ctx); other {
		return syscall.EACCES
	}
	return 0
}

// isOther reports whether a request comes from a user who is neither the owner nor root,
// and from which.
func (f *FS) isOther(ctx context.Context) (uid uint32, other bool) {
	caller, ok := fuse.FromContext(ctx)
	if !ok {
		return math.MaxUint32, true
	}
	return caller.Uid, caller.Uid != 0 && caller.Uid != f.cfg.UID
}

const (
	// maxMemory is how many bytes the open handles of users beside the owner may keep, as
	// shares counts them.
	maxMemory = 768 << 20

	// leastBytes is as how many bytes a handle counts at least.
	leastBytes = 4 << 10
)

// A memoryShare is what an open handle takes of the memory of a user beside the owner.
// That of an owner's handle is nil: it is not counted.
type memoryShare struct {
	of     *shares.Shares[gofs.FileHandle]
	uid    uint32
	handle gofs.FileHandle
}

// enterMemory counts a handle of some bytes that is opened among those of the user who
// asks for it, until leave. It reports whether that user may open it: the owner always may.
func (f *FS) enterMemory(ctx context.Context, h gofs.FileHandle, bytes int) (s *memoryShare, ok bool) {
	uid, other := f.isOther(ctx)
	if !other {
		return nil, true
	}
	return &memoryShare{f.memory, uid, h}, f.memory.Enter(uid, h, bytes)
}

// resize counts the handle as one of other bytes. It reports whether its user's share
// allows that, and changes nothing if not.
func (s *memoryShare) resize(bytes int) bool { return s == nil || s.of.Resize(s.uid, s.handle, bytes) }

// leave counts the handle no longer.
func (s *memoryShare) leave() {
	if s != nil {
		s.of.Leave(s.uid, s.handle)
	}
}

// enterShare counts an open track among those of the user who asks for it, until leave,
// and its file where that is whole. It reports whether that user may open it: the owner
// always may.
func (f *FS) enterShare(ctx context.Context, h *trackHandle) (leave func(), ok bool) {
	memory, ok := f.enterMemory(ctx, h, leastBytes)
	if !ok {
		return nil, false
	}
	uid, other := f.isOther(ctx)
	file := h.reader.File()
	if file == nil || !other {
		return memory.leave, true
	}
	if !f.shares.Enter(uid, file, 1) {
		memory.leave()
		return nil, false
	}
	return func() { f.shares.Leave(uid, file); memory.leave() }, true
}
