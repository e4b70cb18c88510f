package fs

import (
	"context"
	"math"
	"os"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/catalog"
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

// Access answers without a size; go-fuse would wait for one.
func (n *node) Access(ctx context.Context, mask uint32) syscall.Errno {
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

// enterDirectory counts a directory that is opened, which stays in memory until leave,
// among those of the user who asks for it. It reports whether that user may open it: the
// owner always may.
func (f *FS) enterDirectory(ctx context.Context, h *directoryHandle) (leave func(), ok bool) {
	uid, other := f.isOther(ctx)
	if !other {
		return func() {}, true
	}
	if !f.openDirs.Enter(uid, h, max(len(h.list), leastEntries)) {
		return nil, false
	}
	return func() { f.openDirs.Leave(uid, h) }, true
}

// enterShare counts a whole file that is opened among those of the user who asks for it,
// until leave, which is nil for a file that is not counted. It reports whether that user may open it: the owner always may.
func (f *FS) enterShare(ctx context.Context, file *os.File) (leave func(), ok bool) {
	uid, other := f.isOther(ctx)
	if file == nil || !other {
		return nil, true
	}
	if !f.shares.Enter(uid, file, 1) {
		return nil, false
	}
	return func() { f.shares.Leave(uid, file) }, true
}
