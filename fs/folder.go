package fs

import (
	"context"
	"path"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/control"
	"github.com/tunesfs/tunesfs/fs/internal/dentries"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
	"github.com/tunesfs/tunesfs/fs/internal/members"
)

// A folderNode shows a listing: that of a search, or of a folder of the catalog's
// own. There is one for each listing, for as long as the mount lasts, until it is removed
// or, where there are many, until it is in no use. The kernel knows a search by this node, and a folder of the catalog's own by
// its places.
type folderNode struct {
	node
	lister *listing.Lister
	kind   kind
	named  atomic.Pointer[naming]
	level  level         // of a search or the root, and where another was first met
	gen    uint64        // tells a folder from a removed one of the same name
	opened atomic.Int64  // when it was last opened, in nanoseconds since FS.started; 0 for never
	orders control.Queue // its commands
	lock   dentries.Lock // the kernel's, as far as requests of some length hold it
	places members.Set[*placeNode]

	mu      sync.Mutex      // guards what follows, and is held while hidden is saved
	hidden  map[string]bool // ids of removed tracks, keys of removed sub-folders
	renames int             // how often the folder was renamed
}

// A naming is the name of a folder and all that goes with it. A search that is renamed gets
// another.
type naming struct {
	id    string    // the name of a search, a folder's id
	path  string    // where it was first met, below the mount point
	query string    // of a search
	since time.Time // the folder's time before it was listed
}

var (
	_ directory               = (*folderNode)(nil)
	_ gofs.NodeGetattrer      = (*folderNode)(nil)
	_ gofs.NodeAccesser       = (*folderNode)(nil)
	_ gofs.NodeLookuper       = (*folderNode)(nil)
	_ gofs.NodeOpendirHandler = (*folderNode)(nil)
	_ gofs.NodeUnlinker       = (*folderNode)(nil)
	_ gofs.NodeRmdirer        = (*folderNode)(nil)
	_ gofs.NodeGetxattrer     = (*folderNode)(nil)
	_ gofs.NodeSetxattrer     = (*folderNode)(nil)
	_ gofs.NodeListxattrer    = (*folderNode)(nil)
	_ gofs.NodeRemovexattrer  = (*folderNode)(nil)
)

// setUp makes a folder ready to be shown, but for its inode.
func (f *folderNode) setUp(fs *FS, parent *folderNode, k kind, named naming, c listing.Calls) {
	f.node = node{fs: fs}
	f.level = level{folder: f}
	if parent != nil {
		f.level = parent.level.below(f)
		f.orders.LieIn(&parent.orders)
	}
	f.kind, f.gen = k, fs.tree.generation.Add(1)
	f.named.Store(&named)
	f.hidden = fs.saved.hidden(f.key())
	f.lister = listing.New(listing.Options{
		Life: fs.life, Calls: c, Swap: f.swap, Long: fs.cfg.LongListing, Failed: f.refreshFailed, Logger: fs.log,
		Views: fs.views, Dropped: f.viewDropped,
	})
}

// refreshFailed logs why a refresh by hand failed: the write that asked for it has
// returned. The folder's user.tunesfs.error has it, too.
func (f *folderNode) refreshFailed(err error) {
	f.fs.log.Warn("cannot refresh a folder", "path", path.Join("/", f.path()), "error", errorText(err))
}

// swap has what the kernel knows be as a new listing has it. old may be nil, or
// without its entries where it was dropped.
func (f *folderNode) swap(old, now *listing.View) {
	for _, name := range now.Changed(old) {
		f.fs.invalidations.addName(f, name)
	}
	f.hint(old, now)
	if old == nil {
		return
	}
	for _, ino := range f.inodes() {
		f.renew(ino, old, now)
	}
}

// renew has the tracks that the kernel knows below an inode be those of a new listing.
func (f *folderNode) renew(ino *gofs.Inode, old, now *listing.View) {
	for name, child := range ino.Children() {
		switch n := child.Operations().(type) {
		case *trackNode:
			if t := now.TrackByID(n.download.Key()); t != nil {
				n.row.Store(t) // which also lets go of the old listing
			}
			if t := now.Track(name); old.IsHollow() && (t == nil || t.ID != n.download.Key()) {
				f.fs.invalidations.addName(f, name)
			}
		case *placeNode:
			if d := now.Folder(name); d == nil || d.ID != n.id() {
				f.fs.invalidations.addName(f, name)
			}
		}
	}
}

// hint has the downloads that are in use learn what a new listing says of them. old
// may be nil.
func (f *folderNode) hint(old, now *listing.View) {
	for i := range now.Listing.Tracks {
		t := &now.Listing.Tracks[i]
		if old == nil || old.Listing.Sequence == 0 || t.Listed > old.Listing.Sequence {
			r := remote(t)
			if old != nil && changed(old.TrackByID(t.ID), t) {
				f.fs.changed.Put(t.ID, r)
			}
			if f.fs.store.Update(r) {
				f.fs.invalidations.addTrack(t.ID)
			}
		}
	}
}

// changed reports whether a listing tells something else of a file than the one before,
// which may not have had it.
func changed(before, now *catalog.Track) bool {
	return before != nil && (before.Size != now.Size || before.Digest != now.Digest || !before.Modified.Equal(now.Modified))
}

// id returns the name of a search, or a folder's id in its catalog.
func (f *folderNode) id() string { return f.named.Load().id }

// path returns where the folder was first met, below the mount point.
func (f *folderNode) path() string { return f.named.Load().path }

// since returns the folder's time before it was listed.
func (f *folderNode) since() time.Time { return f.named.Load().since }

// key names the folder in what is saved.
func (f *folderNode) key() string { return f.kind.key(f.id()) }

func (f *folderNode) stable() gofs.StableAttr {
	return gofs.StableAttr{Mode: syscall.S_IFDIR, Ino: f.fs.ino(f.kind, f.id()), Gen: f.gen}
}

func (f *folderNode) Getattr(_ context.Context, _ gofs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	f.fill(&out.Attr)
	out.SetTimeout(attrTimeout)
	return 0
}

// fill shows a new listing by the time of modification only: tar(1) complains
// of a folder whose time of change moves while it reads it.
func (f *folderNode) fill(out *fuse.Attr) {
	f.fs.fill(out, dirMode, 0, f.modified())
	since := f.since()
	out.Ctime, out.Ctimensec = uint64(since.Unix()), uint32(since.Nanosecond())
}

func (f *folderNode) modified() time.Time {
	at := f.listed()
	if searched := time.Unix(0, f.fs.tree.searched.Load()); f.fs.tree.isTop(f) && searched.After(at) {
		return searched
	}
	return at
}

// listed returns when the catalog sent what the folder lists.
func (f *folderNode) listed() time.Time {
	if v := f.lister.Last(); v != nil && !v.Listing.Fetched.IsZero() {
		return v.Listing.Fetched
	}
	return f.since()
}

func (f *folderNode) refresh() {
	f.unhide()
	f.lister.Refresh()
}

// Access grants writing: tracks and sub-folders can be removed.
func (f *folderNode) Access(ctx context.Context, mask uint32) syscall.Errno {
	return f.fs.permit(ctx, mask, true)
}

// Unlink hides a track from this folder until it is refreshed by hand, and
// cancels its download if no other folder shows it. Removing a sidecar or the
// playlist succeeds and does nothing, so that rm -r works.
func (f *folderNode) Unlink(ctx context.Context, name string) syscall.Errno {
	defer f.lock.Hold()()
	if errno := f.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	defer f.hold(ctx, listing.RefreshTimeout)()
	renames := f.renameCount()
	v, _ := f.lister.Current()
	if v == nil {
		return syscall.ENOENT
	}
	if t := v.Track(name); t != nil && f.hide(t.ID, renames) {
		if name != t.Name {
			f.fs.invalidations.addName(f, t.Name)
		}
		if d := f.fs.abandoned(t); d != nil {
			return toErrno(f.fs.control.Do(ctx, d, fetch.Cancel))
		}
		return 0
	}
	if base, _, ok := splitSidecar(name); f.text(name) != nil || ok && v.Track(base) != nil {
		return 0
	}
	return syscall.ENOENT
}

// Rmdir hides a sub-folder, full or not, as Unlink hides a track. What was
// removed from it, as rm -r does on its way, is shown again by whatever else
// has the sub-folder.
func (f *folderNode) Rmdir(ctx context.Context, name string) syscall.Errno {
	defer f.lock.Hold()()
	if errno := f.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	defer f.hold(ctx, listing.RefreshTimeout)()
	renames := f.renameCount()
	v, _ := f.lister.Current()
	if v == nil {
		return syscall.ENOENT
	}
	d := v.Folder(name)
	if d == nil || !f.hide(folderKind.key(d.ID), renames) {
		return syscall.ENOENT
	}
	removed := f.fs.tree.folder(f, d)
	removed.unhide()
	f.fs.abandonAll(removed)
	return 0
}

// renameCount returns how often the folder was renamed. Read before the listing, it tells
// hide of which name that is.
func (f *folderNode) renameCount() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.renames
}

// hide removes what is listed. It reports false for what is hidden already, and where the
// folder was renamed since it had that number of renames: then it lists something else.
func (f *folderNode) hide(id string, renames int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.hidden[id] || f.renames != renames {
		return false
	}
	f.hidden[id] = true
	f.fs.saved.hide(f.key(), id)
	return true
}

// unhide shows again all that is listed.
func (f *folderNode) unhide() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.hidden)
	f.fs.saved.unhide(f.key())
}
