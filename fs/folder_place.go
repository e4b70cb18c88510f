package fs

import (
	"context"
	"strconv"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// A placeNode is a folder of the catalog's own where one folder shows it. Several may
// show it, as searches that find the same album; but the kernel has one place for a
// directory: where two have one inode, it moves the directory to and fro, gives ESTALE
// to those who look it up at both at once, and ELOOP where a folder holds itself. So
// each place has an inode, and what is listed there is of the one folderNode.
type placeNode struct {
	gofs.Inode
	*folderNode
	above *placeNode // nil below the root and searches
	level level
}

var (
	_ directory               = (*placeNode)(nil)
	_ gofs.NodeLookuper       = (*placeNode)(nil)
	_ gofs.NodeOpendirHandler = (*placeNode)(nil)
	_ gofs.NodeGetxattrer     = (*placeNode)(nil)
	_ gofs.NodeListxattrer    = (*placeNode)(nil)
	_ gofs.NodeOnForgetter    = (*placeNode)(nil)
)

// entryAt answers a lookup of a name with the folder, as parent shows it.
func (f *folderNode) entryAt(ctx context.Context, parent *gofs.Inode, name string, out *fuse.EntryOut) (ino *gofs.Inode) {
	f.fs.tree.show(f, func(f *folderNode) {
		f.fill(&out.Attr)
		ino = f.placeAt(ctx, parent, name)
		f.fs.tree.use(ino, 0)
	})
	out.SetEntryTimeout(entryTimeout)
	out.SetAttrTimeout(attrTimeout)
	return ino
}

// placeAt returns the inode of the place at a name of parent: the one that there is, or a
// new one.
func (f *folderNode) placeAt(ctx context.Context, parent *gofs.Inode, name string) (ino *gofs.Inode) {
	if known := parent.GetChild(name); known != nil {
		if p, ok := known.Operations().(*placeNode); ok && p.folderNode == f {
			return known
		}
	}
	id := gofs.StableAttr{Mode: syscall.S_IFDIR, Ino: f.fs.placeIno(parent, f.id()), Gen: f.gen}
	f.places.Each(func(p *placeNode) { // by another spelling of the name
		if p.StableAttr() == id {
			ino = p.EmbeddedInode()
		}
	})
	if ino != nil {
		return ino
	}
	p := &placeNode{folderNode: f}
	p.above, _ = parent.Operations().(*placeNode)
	if above := levelOf(parent); above != nil {
		p.level = above.below(f)
	}
	return parent.NewInode(ctx, p, id)
}

// placeIno returns the inode number of a folder of the catalog's own where another shows
// it: the same at every mount.
func (f *FS) placeIno(parent *gofs.Inode, id string) uint64 {
	return f.ino(folderKind, strconv.FormatUint(parent.StableAttr().Ino, 16)+"\x00"+id)
}

// inodes returns those of the folder that the kernel may know.
func (f *folderNode) inodes() []*gofs.Inode {
	all := []*gofs.Inode{f.EmbeddedInode()}
	f.places.Each(func(p *placeNode) { all = append(all, p.EmbeddedInode()) })
	return all
}

// OnForget is called when the kernel has forgotten the place.
func (p *placeNode) OnForget() {
	p.places.Remove(p)
	p.fs.tree.known.Remove(p)
}

func (p *placeNode) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	return p.lookupAt(ctx, p.EmbeddedInode(), name, out)
}

func (p *placeNode) OpendirHandle(ctx context.Context, _ uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	p.fs.tree.use(p.EmbeddedInode(), 0)
	return p.openAs(ctx, p)
}

func (p *placeNode) child(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	return p.childAt(ctx, p.EmbeddedInode(), name, out)
}

func (p *placeNode) whole() bool { return p.wholeAt(&p.level) }

func (p *placeNode) entries(list []fuse.DirEntry) []fuse.DirEntry {
	return p.entriesAt(p.EmbeddedInode(), list)
}
