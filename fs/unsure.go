package fs

import (
	"context"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// An unsure is a name in a search that is not listed yet. A lookup holds its
// folder's lock, and rmdir of the folder would wait for that with the lock of
// the root: so the lookup does not wait for the listing, but what is done to the
// name does. Then it gives ESTALE, and the kernel looks the name up again.
type unsure struct {
	node
	lister *lister
}

var (
	_ gofs.NodeGetattrer     = (*unsure)(nil)
	_ gofs.NodeSetattrer     = (*unsure)(nil)
	_ gofs.NodeAccesser      = (*unsure)(nil)
	_ gofs.NodeOpener        = (*unsure)(nil)
	_ gofs.NodeGetxattrer    = (*unsure)(nil)
	_ gofs.NodeSetxattrer    = (*unsure)(nil)
	_ gofs.NodeListxattrer   = (*unsure)(nil)
	_ gofs.NodeRemovexattrer = (*unsure)(nil)
)

// lookupUnsure answers a lookup that would have to wait: a search holds nothing
// but files. The kernel keeps nothing of it.
func (f *folder) lookupUnsure(ctx context.Context, name string, out *fuse.EntryOut) *gofs.Inode {
	f.fs.fill(&out.Attr, fileMode, 0, f.since)
	n := &unsure{node: node{fs: f.fs}, lister: &f.lister}
	ino := f.fs.ino(unsureKind, f.id+"\x00"+name)
	return f.NewInode(ctx, n, gofs.StableAttr{Mode: syscall.S_IFREG, Ino: ino, Gen: f.gen})
}

func (u *unsure) settle(ctx context.Context) syscall.Errno {
	if err := u.lister.peek(ctx); err != nil {
		return toErrno(err)
	}
	return syscall.ESTALE
}

func (u *unsure) Getattr(ctx context.Context, _ gofs.FileHandle, _ *fuse.AttrOut) syscall.Errno {
	return u.settle(ctx)
}

func (u *unsure) Setattr(ctx context.Context, _ gofs.FileHandle, _ *fuse.SetAttrIn, _ *fuse.AttrOut) syscall.Errno {
	return u.settle(ctx)
}

func (u *unsure) Access(ctx context.Context, _ uint32) syscall.Errno { return u.settle(ctx) }

func (u *unsure) Open(ctx context.Context, _ uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	return nil, 0, u.settle(ctx)
}

func (u *unsure) Getxattr(ctx context.Context, _ string, _ []byte) (uint32, syscall.Errno) {
	return 0, u.settle(ctx)
}

func (u *unsure) Setxattr(ctx context.Context, _ string, _ []byte, _ uint32) syscall.Errno {
	return u.settle(ctx)
}

func (u *unsure) Listxattr(ctx context.Context, _ []byte) (uint32, syscall.Errno) {
	return 0, u.settle(ctx)
}

func (u *unsure) Removexattr(ctx context.Context, _ string) syscall.Errno { return u.settle(ctx) }
