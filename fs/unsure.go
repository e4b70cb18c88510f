package fs

import (
	"context"
	"path"
	"slices"
	"syscall"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/catalog"
)

// An unsure is a name in a folder that is not listed yet, or below such a name.
// A lookup holds its folder's lock, and rmdir of the folder would wait for that
// with the lock of the parent: so the lookup does not wait for the listing, but
// what is done to the name does. Then it gives ESTALE, and the kernel looks the
// path up again.
//
// It is a folder, for a path may lead through it and the kernel has folders, too,
// be opened for reading; but for names that end as those of files do.
type unsure struct {
	node
	from  *folder  // which is not listed
	names []string // the path from there
}

var (
	_ gofs.NodeLookuper      = (*unsure)(nil)
	_ gofs.NodeOpendirer     = (*unsure)(nil)
	_ gofs.NodeGetattrer     = (*unsure)(nil)
	_ gofs.NodeSetattrer     = (*unsure)(nil)
	_ gofs.NodeAccesser      = (*unsure)(nil)
	_ gofs.NodeOpener        = (*unsure)(nil)
	_ gofs.NodeGetxattrer    = (*unsure)(nil)
	_ gofs.NodeSetxattrer    = (*unsure)(nil)
	_ gofs.NodeListxattrer   = (*unsure)(nil)
	_ gofs.NodeRemovexattrer = (*unsure)(nil)
)

// Lookup goes on along a path, which is waited for at its end.
func (u *unsure) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	if errno := impossible(name); errno != 0 {
		return nil, errno
	}
	below := &unsure{node: node{fs: u.fs}, from: u.from, names: append(slices.Clip(u.names), name)}
	return below.show(ctx, u.EmbeddedInode(), u.fs.started, out), 0
}

// show answers the lookup of u in parent.
func (u *unsure) show(ctx context.Context, parent *gofs.Inode, since time.Time, out *fuse.EntryOut) *gofs.Inode {
	kind, mode := uint32(syscall.S_IFDIR), uint32(dirMode)
	if isFileName(u.names[len(u.names)-1]) {
		kind, mode = syscall.S_IFREG, fileMode
	}
	u.fs.fill(&out.Attr, mode, 0, since)
	ino := u.fs.ino(unsureKind, u.from.key()+"\x00"+path.Join(u.names...))
	return parent.NewInode(ctx, u, gofs.StableAttr{Mode: kind, Ino: ino, Gen: u.from.gen})
}

// isFileName reports whether a name looks like that of a file.
func isFileName(name string) bool {
	_, _, sidecar := splitSidecar(name)
	return sidecar || name == catalog.Playlist || catalog.IsTrackName(name)
}

// settle waits for the listings of all the folders along the path: the kernel
// looks it up again once only.
func (u *unsure) settle(ctx context.Context) syscall.Errno {
	ctx, cancel := context.WithTimeout(ctx, firstListing)
	defer cancel()
	at := u.from
	for _, name := range u.names {
		if err := at.lister.Peek(ctx, firstListing); err != nil {
			return toErrno(err)
		}
		if at = at.sub(name); at == nil {
			break
		}
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

func (u *unsure) Opendir(ctx context.Context) syscall.Errno { return u.settle(ctx) }

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
