package fs

import (
	"context"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/fs/internal/control"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
)

// A folder shows a listing: that of a search, or of a folder of the catalogue's
// own. There is one for each listing, with one inode, for as long as the mount
// lasts or until it is removed.
type folder struct {
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
	_ directory               = (*folder)(nil)
	_ gofs.NodeGetattrer      = (*folder)(nil)
	_ gofs.NodeLookuper       = (*folder)(nil)
	_ gofs.NodeOpendirHandler = (*folder)(nil)
	_ gofs.NodeUnlinker       = (*folder)(nil)
	_ gofs.NodeRmdirer        = (*folder)(nil)
	_ gofs.NodeGetxattrer     = (*folder)(nil)
	_ gofs.NodeSetxattrer     = (*folder)(nil)
	_ gofs.NodeListxattrer    = (*folder)(nil)
	_ gofs.NodeRemovexattrer  = (*folder)(nil)
)

// setUp makes a folder ready to be shown, but for its inode.
func (f *folder) setUp(fs *FS, k kind, id, path string, c listing.Calls) {
	f.node = node{fs: fs}
	f.kind, f.id, f.path = k, id, path
	f.gen, f.since = fs.generation.Add(1), fs.started
	f.hidden = fs.saved.hidden(f.key())
	f.lister = listing.New(listing.Options{Life: fs.life, Calls: c, Swap: f.swap, Long: fs.cfg.LongListing})
}

// swap has what the kernel knows be as a new listing has it. old may be nil.
func (f *folder) swap(old, now *listing.View) {
	for _, name := range now.Changed(old) {
		f.fs.notes.name(f.EmbeddedInode(), name)
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
func (f *folder) key() string { return f.kind.key(f.id) }

func (f *folder) stable() gofs.StableAttr {
	return gofs.StableAttr{Mode: syscall.S_IFDIR, Ino: f.fs.ino(f.kind, f.id), Gen: f.gen}
}

func (f *folder) Getattr(_ context.Context, _ gofs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	f.fill(&out.Attr)
	out.SetTimeout(brief)
	return 0
}

// fill shows a new listing by the time of modification only: tar(1) complains
// of a folder whose time of change moves while it reads it.
func (f *folder) fill(out *fuse.Attr) {
	f.fs.fill(out, dirMode, 0, f.modified())
	out.Ctime, out.Ctimensec = uint64(f.since.Unix()), uint32(f.since.Nanosecond())
}

func (f *folder) modified() time.Time {
	if v, _ := f.lister.Current(); v != nil && !v.Listing.Fetched.IsZero() {
		return v.Listing.Fetched
	}
	return f.since
}

// entry answers a lookup with the folder itself.
func (f *folder) entry(out *fuse.EntryOut) *gofs.Inode {
	f.fill(&out.Attr)
	out.SetEntryTimeout(kept)
	out.SetAttrTimeout(brief)
	return f.EmbeddedInode()
}
