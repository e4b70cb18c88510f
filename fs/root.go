package fs

import (
	"context"
	"maps"
	"slices"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// The root shows the saved searches beside the catalogue's own top. A search
// hides a folder of the catalogue that has its name.
type root struct{ folder }

var (
	_ directory               = (*root)(nil)
	_ gofs.NodeLookuper       = (*root)(nil)
	_ gofs.NodeOpendirHandler = (*root)(nil)
	_ gofs.NodeMkdirer        = (*root)(nil)
	_ gofs.NodeRmdirer        = (*root)(nil)
)

func newRoot(f *FS) *root {
	r := &root{}
	r.setUp(f, folderKind, "", "", f.folderCalls(""))
	return r
}

// OpendirHandle shows the searches also where the catalogue's top cannot be
// listed; why stands in the root's user.tunesfs.error.
func (r *root) OpendirHandle(ctx context.Context, _ uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	if err := r.lister.Open(ctx); err != nil && ctx.Err() != nil {
		return nil, 0, toErrno(err)
	}
	return r.openAll(ctx, r)
}

// Lookup says ENOENT also of what a top that failed or hangs might have had:
// mkdir looks up its name first, and a search can be made without network.
func (r *root) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	if name == metaName {
		return r.lookupMeta(ctx, out), 0
	}
	if errno := impossible(name); errno != 0 {
		return nil, errno
	}
	if s := r.fs.search(name); s != nil {
		return s.entry(out), 0
	}
	if err := r.lister.Peek(ctx, topListing); err != nil {
		if ctx.Err() != nil {
			return nil, syscall.EINTR
		}
		return nil, syscall.ENOENT
	}
	return r.folder.child(ctx, name, out)
}

func (r *root) child(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	if s := r.fs.search(name); s != nil {
		return s.entry(out), 0
	}
	return r.folder.child(ctx, name, out)
}

func (r *root) entries(list []fuse.DirEntry) []fuse.DirEntry {
	searches := r.fs.searchFolders()
	for _, name := range slices.Sorted(maps.Keys(searches)) {
		list = append(list, fuse.DirEntry{Name: name, Mode: syscall.S_IFDIR, Ino: searches[name].StableAttr().Ino})
	}
	own := len(list)
	list = r.folder.entries(list)
	shown := slices.DeleteFunc(list[own:], func(e fuse.DirEntry) bool { return searches[e.Name] != nil })
	return list[:own+len(shown)]
}
