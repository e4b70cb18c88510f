package fs

import (
	"context"
	"path"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
)

// folder returns the node of a folder of the catalogue's own, met in parent.
func (f *FS) folder(parent *folder, d *catalog.Folder) *folder {
	f.mu.Lock()
	defer f.mu.Unlock()
	if known, ok := f.folders[d.ID]; ok {
		return known
	}
	n := &folder{}
	n.setUp(f, folderKind, d.ID, path.Join(parent.path, d.Name), f.folderCalls(d.ID))
	if !d.Modified.IsZero() {
		n.since = d.Modified
	}
	f.root.NewInode(f.life.Context(), n, n.stable())
	f.folders[d.ID] = n
	return n
}

// folderCalls returns how to list a folder of the catalogue's own.
func (f *FS) folderCalls(id string) listing.Calls {
	list := func(ctx context.Context) (catalog.Listing, error) { return f.cfg.Library.List(ctx, id) }
	more := func(ctx context.Context) (catalog.Listing, error) { return f.cfg.Library.ListMore(ctx, id) }
	fresh := func(ctx context.Context) (catalog.Listing, error) { return f.cfg.Library.RefreshFolder(ctx, id) }
	return listing.Calls{List: list, More: more, Fresh: fresh}
}

// listed returns every folder that somebody may use: the root, searches, and the
// catalogue's own as far as anybody has looked, also where they were removed.
func (f *FS) listed() []*folder {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := []*folder{&f.root.folder}
	for _, s := range f.searches {
		all = append(all, s)
	}
	for _, d := range f.folders {
		all = append(all, d)
	}
	return all
}
