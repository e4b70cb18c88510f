package fs

import (
	"context"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/control"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// A folderNode shows a listing: that of a search, or of a folder of the catalog's
// own. There is one for each listing, with one inode, for as long as the mount
// lasts or until it is removed.
type folderNode struct {
	node
	lister *listing.Lister
	kind   kind
	id     string        // what it lists: the name of a search, a folder's id
	path   string        // where it was first met, below the mount point
	since  time.Time     // its time before it was listed
	gen    uint64        // tells a folder from a removed one of the same name
	opened atomic.Int64  // when it was last opened, in Unix nanoseconds
	orders control.Queue // its commands

	mu     sync.Mutex      // guards hidden
	hidden map[string]bool // ids of removed tracks, keys of removed sub-folders
}

var (
	_ directory               = (*folderNode)(nil)
	_ gofs.NodeGetattrer      = (*folderNode)(nil)
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
func (f *folderNode) setUp(fs *FS, k kind, id, path string, c listing.Calls) {
	f.node = node{fs: fs}
	f.kind, f.id, f.path = k, id, path
	f.gen, f.since = fs.tree.generation.Add(1), fs.started
	f.hidden = fs.saved.hidden(f.key())
	f.lister = listing.New(listing.Options{Life: fs.life, Calls: c, Swap: f.swap, Long: fs.cfg.LongListing})
}

// swap has what the kernel knows be as a new listing has it. old may be nil.
func (f *folderNode) swap(old, now *listing.View) {
	for _, name := range now.Changed(old) {
		f.fs.invalidations.addName(f.EmbeddedInode(), name)
	}
	if old == nil {
		return
	}
	for _, child := range f.Children() {
		if n, ok := child.Operations().(*trackNode); ok {
			if t := now.TrackByID(n.download.Key()); t != nil {
				n.row.Store(t) // which also lets go of the old listing
			}
		}
	}
}

// key names the folder in what is saved.
func (f *folderNode) key() string { return f.kind.key(f.id) }

func (f *folderNode) stable() gofs.StableAttr {
	return gofs.StableAttr{Mode: syscall.S_IFDIR, Ino: f.fs.ino(f.kind, f.id), Gen: f.gen}
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
	out.Ctime, out.Ctimensec = uint64(f.since.Unix()), uint32(f.since.Nanosecond())
}

func (f *folderNode) modified() time.Time {
	if v, _ := f.lister.Current(); v != nil && !v.Listing.Fetched.IsZero() {
		return v.Listing.Fetched
	}
	return f.since
}

// refreshVerb lists a folder anew and shows again what was removed.
const refreshVerb = "refresh"

var folderXattrs = xattrTable[*folderNode]{
	{name: xattrs.Control, hidden: true, value: func(*folderNode) string { return verbs + " " + refreshVerb }},
	// Settled has a value once every command so far is carried out: the write that
	// gives a command must not wait.
	{name: xattrs.Settled, hidden: true, value: func(*folderNode) string { return "1" }},
	{name: xattrs.State, always: true, value: func(f *folderNode) string { return f.summary().states() }},
	{name: xattrs.Progress, value: func(f *folderNode) string { return f.summary().progress() }},
	{name: xattrs.Listed, value: (*folderNode).listedAt},
	{name: xattrs.Error, value: func(f *folderNode) string { _, err := f.lister.Current(); return errorText(err) }},
}

// listedAt says when the catalog sent what the folder lists, and whether it is
// stale: older than a listing should be, because it could not be renewed or
// nobody has asked since.
func (f *folderNode) listedAt() string {
	v, _ := f.lister.Current()
	if v == nil || v.Listing.Fetched.IsZero() {
		return ""
	}
	at := v.Listing.Fetched.UTC().Format(time.RFC3339)
	if until := v.Listing.Expires; !until.IsZero() && time.Now().After(until) {
		at += " stale"
	}
	return at
}

func (f *folderNode) Getxattr(ctx context.Context, name string, dest []byte) (uint32, syscall.Errno) {
	if name == xattrs.Settled {
		if err := f.fs.control.Settled(ctx, &f.orders); err != nil {
			return 0, toErrno(err)
		}
	}
	return folderXattrs.get(f, name, dest)
}

func (f *folderNode) Listxattr(_ context.Context, dest []byte) (uint32, syscall.Errno) {
	return folderXattrs.list(f, dest)
}

// Setxattr does what a verb asks for all that the folder holds. It returns at
// once: it holds the folder's lock in the kernel.
func (f *folderNode) Setxattr(ctx context.Context, name string, data []byte, _ uint32) syscall.Errno {
	if errno := f.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	if name != xattrs.Control {
		return folderXattrs.refuse(name)
	}
	if f.fs.life.Closing() {
		return toErrno(fetch.ErrClosed)
	}
	verb := parseVerb(data)
	if verb == refreshVerb {
		f.refresh()
		return 0
	}
	command, err := fetch.ParseCommand(verb)
	if err != nil {
		return toErrno(err)
	}
	f.fs.controlAll(f, command)
	return 0
}

func (f *folderNode) refresh() {
	f.unhide()
	f.lister.Refresh()
}

func (f *folderNode) Removexattr(ctx context.Context, name string) syscall.Errno {
	if errno := f.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	return folderXattrs.refuseRemoval(name)
}

// Unlink hides a track from this folder until it is refreshed by hand, and
// cancels its download if no other folder shows it. Removing a sidecar or the
// playlist succeeds and does nothing, so that rm -r works.
func (f *folderNode) Unlink(ctx context.Context, name string) syscall.Errno {
	if errno := f.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	v, _ := f.lister.Current()
	if v == nil {
		return syscall.ENOENT
	}
	if t := v.Track(name); t != nil && !f.isHidden(t.ID) {
		f.hide(t.ID)
		if d := f.fs.abandoned(t); d != nil {
			return toErrno(f.fs.control.Do(ctx, d, fetch.Cancel))
		}
		return 0
	}
	if base, _, ok := splitSidecar(name); name == catalog.Playlist || ok && v.Track(base) != nil {
		return 0
	}
	return syscall.ENOENT
}

// Rmdir hides a sub-folder, full or not, as Unlink hides a track. What was
// removed from it, as rm -r does on its way, is shown again by whatever else
// has the sub-folder.
func (f *folderNode) Rmdir(ctx context.Context, name string) syscall.Errno {
	if errno := f.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	v, _ := f.lister.Current()
	if v == nil {
		return syscall.ENOENT
	}
	d := v.Folder(name)
	if d == nil || f.isHidden(folderKind.key(d.ID)) {
		return syscall.ENOENT
	}
	f.hide(folderKind.key(d.ID))
	removed := f.fs.tree.folder(f, d)
	removed.unhide()
	f.fs.abandonAll(removed)
	return 0
}

func (f *folderNode) hide(id string) {
	f.mu.Lock()
	f.hidden[id] = true
	f.mu.Unlock()
	f.fs.saved.hide(f.key(), id)
}

// unhide shows again all that is listed.
func (f *folderNode) unhide() {
	f.mu.Lock()
	clear(f.hidden)
	f.mu.Unlock()
	f.fs.saved.unhide(f.key())
}

// abandoned returns the download of a track, to be canceled, if it is active and
// no folder shows it any more; else nil. Complete bytes stay: they are the
// quota's.
func (f *FS) abandoned(t *catalog.Track) *fetch.Download {
	if _, active := f.activeStates()[t.ID]; !active {
		return nil
	}
	if _, shown := pathOf(t.ID, f.tree.places()); shown {
		return nil
	}
	return f.download(t)
}

// abandonAll cancels, in the background, the downloads of a removed folder that
// no other folder shows.
func (f *FS) abandonAll(removed *folderNode) {
	f.control.InOrder(&removed.orders, func() {}, func(n control.Order) {
		for _, p := range f.tree.below(place{folder: removed}) {
			for _, t := range p.folder.visible() {
				if d := f.abandoned(t); d != nil {
					f.control.CarryOut(n, d, fetch.Cancel)
				}
			}
		}
	})
}

// controlAll carries out a command for all that a folder holds, in the
// background.
func (f *FS) controlAll(d *folderNode, c fetch.Command) {
	f.control.All(&d.orders, c, func() { f.list(d) }, func() map[string]*fetch.Download { return f.targets(d, c) })
}

// targets returns what a folder holds that a command can do something to: its
// tracks, those of its sub-folders as far as they were listed, and, of the
// root, everything that is active.
func (f *FS) targets(d *folderNode, c fetch.Command) map[string]*fetch.Download {
	found := map[string]*fetch.Download{}
	active := f.activeStates()
	onlyActive := c == fetch.Pause || c == fetch.Resume
	for _, p := range f.tree.within(d) {
		for _, t := range p.folder.visible() {
			if _, ok := active[t.ID]; ok || !onlyActive {
				found[t.ID] = f.download(t)
			}
		}
	}
	if f.tree.isTop(d) {
		for _, a := range f.store.Active() {
			found[a.Key()] = a
		}
	}
	return found
}

// list sees that a folder is listed, if it can be.
func (f *FS) list(d *folderNode) {
	if f.tree.isTop(d) {
		return
	}
	if _, err := d.lister.Await(f.life.Context()); err != nil {
		f.log.Warn("cannot list a folder to control it", "path", d.path, "error", err)
	}
}
