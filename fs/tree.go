package fs

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"golang.org/x/text/unicode/norm"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fs/internal/idle"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
)

// A tree is the folders of a mount: the root, the searches and, as far as
// someone has looked at them, the catalog's own.
type tree struct {
	fs         *FS
	root       *folderNode   // set by Mount, before the first request
	wanted     []*folderNode // the searches of Config; set by Mount
	generation atomic.Uint64

	known       idle.Tree[*placeNode] // that the kernel knows, and how many nodes in each
	folderCount atomic.Int64          // of folders
	searched    atomic.Int64          // when a search was last made, renamed or removed, in nanoseconds since 1970
	sweeping    atomic.Bool           // a goroutine has the kernel forget places; true while pause is used
	pause       idle.Pause            // between sweeps that had no effect
	maxNodes    int                   // maxNodes, but for tests
	maxFolders  int                   // maxFolders, but for tests

	mu       sync.Mutex             // guards what follows
	searches map[string]*folderNode // by name in NFC: however its accents are written
	folders  map[string]*folderNode // of the catalog's own, by id
}

func (t *tree) init(f *FS) {
	t.fs, t.maxNodes, t.maxFolders = f, maxNodes, maxFolders
	t.searches, t.folders = map[string]*folderNode{}, map[string]*folderNode{}
}

// search returns the search of a name, however its accents are written, or nil.
// Its id is the name that is shown.
func (t *tree) search(name string) *folderNode {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.searches[norm.NFC.String(name)]
}

// searchFolders returns every search by the name that is shown.
func (t *tree) searchFolders() map[string]*folderNode {
	t.mu.Lock()
	defer t.mu.Unlock()
	shown := make(map[string]*folderNode, len(t.searches))
	for _, s := range t.searches {
		shown[s.id()] = s
	}
	return shown
}

// addSearch shows a search, which is not listed yet. It returns the one that
// is there already and false if there is one.
func (t *tree) addSearch(name, query string) (*folderNode, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if known, ok := t.searches[norm.NFC.String(name)]; ok {
		return known, false
	}
	n := &folderNode{}
	named := naming{id: name, path: name, query: query, since: t.fs.saved.since(name, t.fs.started)}
	n.setUp(t.fs, t.root, searchKind, named, t.fs.searchCalls(func() string { return n.named.Load().query }))
	t.root.NewInode(t.fs.life.Context(), n, t.stableLocked(n))
	t.searches[norm.NFC.String(name)] = n
	t.searched.Store(time.Now().UnixNano())
	return n, true
}

// stableLocked is stable for a new search. A search that was renamed keeps its inode
// number until unmounted: then one that is made under the old name has another.
func (t *tree) stableLocked(n *folderNode) gofs.StableAttr {
	attr := n.stable()
	for _, s := range t.searches {
		if s.StableAttr().Ino == attr.Ino {
			attr.Ino = t.fs.ino(searchKind, fmt.Sprint(n.id(), "\x00", n.gen))
		}
	}
	return attr
}

// renameSearch gives a search another name and query. It keeps its node and its inode.
func (t *tree) renameSearch(s *folderNode, name, query string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.searches, norm.NFC.String(s.id()))
	s.named.Store(&naming{id: name, path: name, query: query, since: t.fs.saved.since(name, t.fs.started)})
	t.searches[norm.NFC.String(name)] = s
	t.searched.Store(time.Now().UnixNano())
}

// searchCalls returns how to list a search, whose query may change.
func (f *FS) searchCalls(query func() string) listing.Calls {
	lib := f.cfg.Library
	return listing.Calls{
		List:  func(ctx context.Context) (catalog.Listing, error) { return lib.Search(ctx, query()) },
		More:  func(ctx context.Context) (catalog.Listing, error) { return lib.SearchMore(ctx, query()) },
		Fresh: func(ctx context.Context) (catalog.Listing, error) { return lib.Refresh(ctx, query()) },
		Failure: func() error {
			if r, ok := lib.(renewer); ok {
				return r.SearchFailure(query())
			}
			return nil
		},
		Recall: func() (catalog.Listing, bool) {
			if r, ok := lib.(recaller); ok {
				return r.RecallSearch(query())
			}
			return catalog.Listing{}, false
		},
	}
}

// A place is where a folder is shown.
type place struct {
	folder *folderNode
	path   string // below the mount point
}

// places returns every folder that can be reached and has been looked at, each
// once: searches by name, the root, and then what is in them.
func (t *tree) places() []place { return t.below(t.tops()...) }

// tops returns the searches and the root.
func (t *tree) tops() (tops []place) {
	searches := t.searchFolders()
	for _, name := range slices.Sorted(maps.Keys(searches)) {
		tops = append(tops, place{searches[name], name})
	}
	return append(tops, place{folder: t.root})
}

// below returns tops and what has been looked at in them, each folder once and
// where it is least deep.
func (t *tree) below(tops ...place) (all []place) {
	t.walk(func(p place) (leave func()) {
		all = append(all, p)
		return func() {}
	}, tops...)
	return all
}

// walk visits tops and those that below returns. It looks into each between visit and
// what that returns.
func (t *tree) walk(visit func(place) (leave func()), tops ...place) {
	seen := map[*folderNode]bool{}
	for len(tops) > 0 {
		p := tops[0]
		tops = tops[1:]
		if seen[p.folder] {
			continue
		}
		seen[p.folder] = true
		leave := visit(p)
		for _, d := range p.folder.visibleFolders() {
			if sub := t.met(d.ID); sub != nil {
				tops = append(tops, place{sub, path.Join(p.path, d.Name)})
			}
		}
		leave()
	}
}

// met returns the node of a folder of the catalog's own, or nil if nobody has
// looked at it yet.
func (t *tree) met(id string) *folderNode {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.folders[id]
}

// pathOf returns where the first of some places shows a track, below the mount
// point.
func pathOf(id string, places []place) (string, bool) {
	for _, p := range places {
		if track := p.folder.shows(id); track != nil {
			return path.Join(p.path, track.Name), true
		}
	}
	return "", false
}

// removeSearch forgets a search.
func (t *tree) removeSearch(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.searches, norm.NFC.String(name))
	t.searched.Store(time.Now().UnixNano())
}

// isTop reports whether a folder is the root's.
func (t *tree) isTop(d *folderNode) bool { return d == t.root }

// folder returns the node of a folder of the catalog's own, met in parent.
func (t *tree) folder(parent *folderNode, d *catalog.Folder) *folderNode {
	t.mu.Lock()
	defer t.mu.Unlock()
	if known, ok := t.folders[d.ID]; ok {
		return known
	}
	n := &folderNode{}
	named := naming{id: d.ID, path: path.Join(parent.path(), d.Name), since: t.fs.started}
	if !d.Modified.IsZero() {
		named.since = d.Modified
	}
	n.setUp(t.fs, parent, folderKind, named, t.folderCalls(d.ID))
	t.root.NewInode(t.fs.life.Context(), n, n.stable())
	t.addLocked(n)
	return n
}

// folderCalls returns how to list a folder of the catalog's own.
func (t *tree) folderCalls(id string) listing.Calls {
	list := func(ctx context.Context) (catalog.Listing, error) { return t.fs.cfg.Library.List(ctx, id) }
	more := func(ctx context.Context) (catalog.Listing, error) { return t.fs.cfg.Library.ListMore(ctx, id) }
	fresh := func(ctx context.Context) (catalog.Listing, error) { return t.fs.cfg.Library.RefreshFolder(ctx, id) }
	failure := func() error {
		if r, ok := t.fs.cfg.Library.(renewer); ok {
			return r.ListFailure(id)
		}
		return nil
	}
	recall := func() (catalog.Listing, bool) {
		if r, ok := t.fs.cfg.Library.(recaller); ok {
			return r.RecallList(id)
		}
		return catalog.Listing{}, false
	}
	return listing.Calls{List: list, More: more, Fresh: fresh, Failure: failure, Recall: recall}
}

// listed returns every folder that somebody may use: the root, searches, and the
// catalog's own as far as anybody has looked, also where they were removed.
func (t *tree) listed() []*folderNode {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := []*folderNode{t.root}
	for _, s := range t.searches {
		all = append(all, s)
	}
	for _, d := range t.folders {
		all = append(all, d)
	}
	return all
}

// within visits a folder and those below it, as far as they were listed. It has those
// that are no longer in memory listed again.
func (t *tree) within(d *folderNode, visit func(*folderNode)) {
	tops := []place{{folder: d}}
	if t.isTop(d) {
		tops = t.tops()
	}
	t.walk(func(p place) (leave func()) {
		leave = p.folder.hold(t.fs.life.Context(), t.fs.firstListing)
		visit(p.folder)
		return leave
	}, tops...)
}
