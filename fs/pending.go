package fs

import (
	"context"
	"slices"
	"strconv"
	"syscall"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/internal/clock"
)

// A pendingNode is a name in a folder that is not listed yet, or one that those of its
// pages that are there do not have, or below such a name.
// A lookup holds its folder's lock, and rmdir of the folder would wait for that
// with the lock of the parent: so the lookup does not wait for the listing, but
// what is done to the name does. Then it gives ESTALE, and the kernel looks the
// path up again. It does so once only: an open that gives ESTALE, too, would fail.
//
// It is a folder, for a path may lead through it and the kernel has folders, too,
// be opened for reading; but for names that end as those of files do.
type pendingNode struct {
	node
	from  *folderNode // which is not listed
	names []string    // the path from there
}

var (
	_ gofs.NodeLookuper      = (*pendingNode)(nil)
	_ gofs.NodeOpendirer     = (*pendingNode)(nil)
	_ gofs.NodeGetattrer     = (*pendingNode)(nil)
	_ gofs.NodeSetattrer     = (*pendingNode)(nil)
	_ gofs.NodeAccesser      = (*pendingNode)(nil)
	_ gofs.NodeOpener        = (*pendingNode)(nil)
	_ gofs.NodeGetxattrer    = (*pendingNode)(nil)
	_ gofs.NodeSetxattrer    = (*pendingNode)(nil)
	_ gofs.NodeListxattrer   = (*pendingNode)(nil)
	_ gofs.NodeRemovexattrer = (*pendingNode)(nil)
)

// Lookup goes on along a path, which is waited for at its end.
func (p *pendingNode) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	if errno := impossible(name); errno != 0 {
		return nil, errno
	}
	below := &pendingNode{node: node{fs: p.fs}, from: p.from, names: append(slices.Clip(p.names), name)}
	return below.show(ctx, p.EmbeddedInode(), p.fs.started, out), 0
}

// show answers the lookup of p in parent.
func (p *pendingNode) show(ctx context.Context, parent *gofs.Inode, since time.Time, out *fuse.EntryOut) *gofs.Inode {
	kind, mode := uint32(syscall.S_IFDIR), uint32(dirMode)
	if looksLikeFile(p.names[len(p.names)-1]) {
		kind, mode = syscall.S_IFREG, fileMode
	}
	p.fs.fill(&out.Attr, mode, 0, since)
	ino := p.fs.ino(pendingKind, strconv.FormatUint(parent.StableAttr().Ino, 16)+"\x00"+p.names[len(p.names)-1])
	return parent.NewInode(ctx, p, gofs.StableAttr{Mode: kind, Ino: ino, Gen: p.from.gen})
}

// looksLikeFile reports whether a name looks like that of a file.
func looksLikeFile(name string) bool {
	_, _, sidecar := splitSidecar(name)
	return sidecar || name == catalog.Playlist || sumsNames[name] != "" || catalog.IsTrackName(name)
}

// await waits for the listings of all the folders along the path, each as far as it has
// to be read: the kernel looks it up again once only.
func (p *pendingNode) await(ctx context.Context) syscall.Errno {
	ctx, cancel := clock.WithTimeout(ctx, p.fs.firstListing)
	defer cancel()
	at := p.from
	for _, name := range p.names {
		if err := at.lister.Peek(ctx, p.fs.firstListing); err != nil {
			return toErrno(err)
		}
		if waits, _ := at.lister.IsUnread(); waits && !at.has(name) {
			if err := at.lister.Complete(ctx); err != nil {
				return toErrno(err)
			}
		}
		if at = at.sub(name); at == nil {
			break
		}
	}
	return syscall.ESTALE
}

func (p *pendingNode) Getattr(ctx context.Context, _ gofs.FileHandle, _ *fuse.AttrOut) syscall.Errno {
	return p.await(ctx)
}

func (p *pendingNode) Setattr(ctx context.Context, _ gofs.FileHandle, _ *fuse.SetAttrIn, _ *fuse.AttrOut) syscall.Errno {
	return p.await(ctx)
}

func (p *pendingNode) Access(ctx context.Context, _ uint32) syscall.Errno { return p.await(ctx) }

func (p *pendingNode) Opendir(ctx context.Context) syscall.Errno { return p.awaitOpen(ctx) }

func (p *pendingNode) Open(ctx context.Context, _ uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	return nil, 0, p.awaitOpen(ctx)
}

// awaitOpen is await for an open. The track that the path turns out to be counts as one
// whose open gave ESTALE.
func (p *pendingNode) awaitOpen(ctx context.Context) syscall.Errno {
	errno := p.await(ctx)
	if t := p.track(); errno == syscall.ESTALE && t != nil {
		p.fs.openedStale(t.ID)
	}
	return errno
}

// track returns the track at the end of the path, or nil.
func (p *pendingNode) track() *catalog.Track {
	at, last := p.from, len(p.names)-1
	for _, name := range p.names[:last] {
		if at = at.sub(name); at == nil {
			return nil
		}
	}
	v, _ := at.lister.Current()
	if v == nil {
		return nil
	}
	return v.Track(p.names[last])
}

func (p *pendingNode) Getxattr(ctx context.Context, _ string, _ []byte) (uint32, syscall.Errno) {
	return 0, p.await(ctx)
}

func (p *pendingNode) Setxattr(ctx context.Context, _ string, _ []byte, _ uint32) syscall.Errno {
	return p.await(ctx)
}

func (p *pendingNode) Listxattr(ctx context.Context, _ []byte) (uint32, syscall.Errno) {
	return 0, p.await(ctx)
}

func (p *pendingNode) Removexattr(ctx context.Context, _ string) syscall.Errno { return p.await(ctx) }
