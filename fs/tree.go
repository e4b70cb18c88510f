package fs

import (
	"context"
	"maps"
	"path"
	"slices"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
)

// A place is where a folder is shown.
type place struct {
	folder *folder
	path   string // below the mount point
}

// places returns every folder that can be reached and has been looked at, each
// once: searches by name, the root, and then what is in them.
func (f *FS) places() []place {
	var tops []place
	searches := f.searchFolders()
	for _, name := range slices.Sorted(maps.Keys(searches)) {
		tops = append(tops, place{searches[name], name})
	}
	return f.below(append(tops, place{folder: &f.root.folder})...)
}

// below returns tops and what has been looked at in them, each folder once and
// where it is least deep.
func (f *FS) below(tops ...place) []place {
	seen := map[*folder]bool{}
	var all []place
	for len(tops) > 0 {
		p := tops[0]
		tops = tops[1:]
		if seen[p.folder] {
			continue
		}
		seen[p.folder] = true
		all = append(all, p)
		for _, d := range p.folder.visibleFolders() {
			if sub := f.met(d.ID); sub != nil {
				tops = append(tops, place{sub, path.Join(p.path, d.Name)})
			}
		}
	}
	return all
}

// met returns the node of a folder of the catalogue's own, or nil if nobody has
// looked at it yet.
func (f *FS) met(id string) *folder {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.folders[id]
}

// pathOf returns where the first of some places shows a track, below the mount
// point.
func pathOf(id string, places []place) (string, bool) {
	for _, p := range places {
		if t := p.folder.shows(id); t != nil {
			return path.Join(p.path, t.Name), true
		}
	}
	return "", false
}

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
