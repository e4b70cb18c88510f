package fs

import (
	"context"
	"maps"
	"slices"
	"strings"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/catalog"
)

// The root shows the saved searches beside the catalog's own top. A search
// hides a folder of the catalog that has its name.
type rootNode struct{ folderNode }

var (
	_ directory               = (*rootNode)(nil)
	_ gofs.NodeLookuper       = (*rootNode)(nil)
	_ gofs.NodeOpendirHandler = (*rootNode)(nil)
	_ gofs.NodeMkdirer        = (*rootNode)(nil)
	_ gofs.NodeRmdirer        = (*rootNode)(nil)
	_ gofs.NodeRenamer        = (*rootNode)(nil)
)

func newRootNode(f *FS) *rootNode {
	r := &rootNode{}
	r.setUp(f, nil, folderKind, naming{since: f.started}, f.tree.folderCalls(""))
	r.lister.Pin() // for good: lookups in the root hardly wait
	return r
}

// OpendirHandle shows the searches also where the catalog's top cannot be
// listed. Reading fails after them: without that an unreachable catalog looks
// empty, and rsync --delete removes a backup of it.
func (r *rootNode) OpendirHandle(ctx context.Context, _ uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	switch err := r.lister.Open(ctx); {
	case err == nil:
		return r.openAll(ctx, r)
	case ctx.Err() != nil:
		return nil, 0, toErrno(err)
	default:
		return r.fs.openDirectory(ctx, r, err, func() {})
	}
}

// Lookup says ENOENT also of names that a top which failed or hangs might have:
// mkdir looks up its name first, and a search can be made without network.
func (r *rootNode) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	defer r.lock.Hold()()
	if name == metaName {
		return r.lookupMeta(ctx, out), 0
	}
	if errno := impossible(name); errno != 0 {
		return nil, errno
	}
	if s := r.fs.tree.search(name); s != nil {
		return shownAs(s.id(), name, s.entry(out), out), 0
	}
	if err := r.lister.Peek(ctx, r.fs.topListing); err != nil {
		if ctx.Err() != nil {
			return nil, syscall.EINTR
		}
		return nil, syscall.ENOENT
	}
	return r.folderNode.child(ctx, name, out)
}

func (r *rootNode) child(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	if s := r.fs.tree.search(name); s != nil {
		return shownAs(s.id(), name, s.entry(out), out), 0
	}
	return r.folderNode.child(ctx, name, out)
}

func (r *rootNode) entries(list []fuse.DirEntry) []fuse.DirEntry {
	searches := r.fs.tree.searchFolders()
	for _, name := range slices.Sorted(maps.Keys(searches)) {
		list = append(list, fuse.DirEntry{Name: name, Mode: syscall.S_IFDIR, Ino: searches[name].StableAttr().Ino})
	}
	own := len(list)
	list = r.folderNode.entries(list)
	shown := slices.DeleteFunc(list[own:], func(e fuse.DirEntry) bool { return r.fs.tree.search(e.Name) != nil })
	return list[:own+len(shown)]
}

// Mkdir makes a search and returns at once; it is listed in the background.
func (r *rootNode) Mkdir(ctx context.Context, name string, _ uint32, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	defer r.lock.Hold()()
	if errno := r.fs.permit(ctx, mayWrite, true); errno != 0 {
		return nil, errno
	}
	query, errno := r.queryOfNew(name)
	if errno != 0 {
		return nil, errno
	}
	if err := r.fs.saved.addSearch(name); err != nil {
		r.fs.log.Error("cannot save a search", "name", name, "error", err)
		return nil, toErrno(err)
	}
	s, isNew := r.fs.tree.addSearch(name, query)
	if !isNew {
		return nil, syscall.EEXIST
	}
	s.lister.Ask()
	return s.entry(out), 0
}

// queryOfNew returns the query of a search that is to be made, or why it cannot be.
func (r *rootNode) queryOfNew(name string) (string, syscall.Errno) {
	if strings.HasPrefix(name, ".") {
		return "", syscall.EPERM
	}
	if len(name) > catalog.MaxName {
		return "", syscall.ENAMETOOLONG // of a name that is shorter in NFC
	}
	query, err := catalog.Query(name)
	if err != nil {
		return "", toErrno(err)
	}
	if r.fs.tree.search(name) != nil {
		return "", syscall.EEXIST
	}
	return query, 0
}

// Rmdir removes a search, full or not, as rm -r would, or hides a folder of the
// catalog's own.
func (r *rootNode) Rmdir(ctx context.Context, name string) syscall.Errno {
	defer r.lock.Hold()()
	if errno := r.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	if name == metaName {
		return syscall.EROFS
	}
	s := r.fs.tree.search(name)
	if s == nil {
		return r.folderNode.Rmdir(ctx, name)
	}
	if err := r.fs.saved.removeSearch(s.id()); err != nil {
		r.fs.log.Error("cannot save that a search was removed", "name", name, "error", err)
		return toErrno(err)
	}
	r.fs.tree.removeSearch(name)
	r.fs.abandonAll(s)
	return 0
}

func (r *rootNode) lookupMeta(ctx context.Context, out *fuse.EntryOut) *gofs.Inode {
	m := &metaNode{node{fs: r.fs}}
	r.fs.fill(&out.Attr, dirMode, 0, r.fs.started)
	out.SetEntryTimeout(entryTimeout)
	out.SetAttrTimeout(entryTimeout)
	return r.NewInode(ctx, m, gofs.StableAttr{Mode: syscall.S_IFDIR, Ino: r.fs.ino(metaKind, "")})
}
