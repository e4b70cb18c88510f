package fs

import (
	"context"
	"maps"
	"strings"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/text/unicode/norm"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
)

// search returns the search of a name, or nil.
func (f *FS) search(name string) *folder {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.searches[name]
}

// hasSearch reports whether there is a search of a name, however its accents are
// written.
func (f *FS) hasSearch(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for known := range f.searches {
		if norm.NFC.String(known) == norm.NFC.String(name) {
			return true
		}
	}
	return false
}

// searchFolders returns every search by its name.
func (f *FS) searchFolders() map[string]*folder {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.searches)
}

// addSearch shows a search, which is not listed yet. It returns the one that
// is there already and false if there is one.
func (f *FS) addSearch(name, query string) (*folder, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if known, ok := f.searches[name]; ok {
		return known, false
	}
	n := &folder{}
	lib := f.cfg.Library
	n.setUp(f, searchKind, name, name, listing.Calls{
		List:  func(ctx context.Context) (catalog.Listing, error) { return lib.Search(ctx, query) },
		More:  func(ctx context.Context) (catalog.Listing, error) { return lib.SearchMore(ctx, query) },
		Fresh: func(ctx context.Context) (catalog.Listing, error) { return lib.Refresh(ctx, query) },
	})
	n.since = f.saved.since(name, f.started)
	f.root.NewInode(f.life.Context(), n, n.stable())
	f.searches[name] = n
	return n, true
}

// Mkdir makes a search and returns at once; it is listed in the background.
func (r *root) Mkdir(ctx context.Context, name string, _ uint32, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	if errno := r.fs.permit(ctx, mayWrite, true); errno != 0 {
		return nil, errno
	}
	if strings.HasPrefix(name, ".") {
		return nil, syscall.EPERM
	}
	query, err := catalog.Query(name)
	if err != nil {
		return nil, toErrno(err)
	}
	if r.fs.hasSearch(name) {
		return nil, syscall.EEXIST
	}
	if err := r.fs.saved.addSearch(name); err != nil {
		r.fs.log.Error("cannot save a search", "name", name, "error", err)
		return nil, toErrno(err)
	}
	s, isNew := r.fs.addSearch(name, query)
	if !isNew {
		return nil, syscall.EEXIST
	}
	s.lister.Ask()
	return s.entry(out), 0
}

// Rmdir removes a search, full or not, as rm -r would, or hides a folder of the
// catalogue's own.
func (r *root) Rmdir(ctx context.Context, name string) syscall.Errno {
	if errno := r.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	if name == metaName {
		return syscall.EROFS
	}
	s := r.fs.search(name)
	if s == nil {
		return r.folder.Rmdir(ctx, name)
	}
	if err := r.fs.saved.removeSearch(name); err != nil {
		r.fs.log.Error("cannot save that a search was removed", "name", name, "error", err)
		return toErrno(err)
	}
	r.fs.mu.Lock()
	delete(r.fs.searches, name)
	r.fs.mu.Unlock()
	r.fs.abandonAll(s)
	return 0
}
