package fs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/control"
	"github.com/tunesfs/tunesfs/fs/internal/dentries"
	"github.com/tunesfs/tunesfs/fs/internal/events"
	"github.com/tunesfs/tunesfs/fs/internal/lifetime"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
	"github.com/tunesfs/tunesfs/fs/internal/members"
	"github.com/tunesfs/tunesfs/fs/internal/recent"
	"github.com/tunesfs/tunesfs/fs/internal/shares"
	"github.com/tunesfs/tunesfs/fs/internal/upnext"
	"github.com/tunesfs/tunesfs/fs/internal/waiting"
)

// An FS is one catalog as a file system: made by [New], shown by
// [FS.Mount] until [FS.Unmount], or until somebody else unmounts it.
type FS struct {
	cfg           Config
	log           *slog.Logger
	life          *lifetime.Lifetime
	started       time.Time
	saved         *saved
	tree          tree
	views         *listing.Views
	invalidations invalidations
	shown         dentries.Record // of tracks, by id
	control       *control.Control
	events        *events.Hub
	players       upnext.Players
	readers       members.Set[*fetch.Reader] // of the open tracks
	reads         waiting.Reads              // of tracks that are not complete
	opened        atomic.Int64               // how many handles have a readLog
	recentlyStale recent.Map[time.Time]      // when an open of a track gave ESTALE, by id
	sizeless      recent.Map[struct{}]       // ids of tracks of which a failed size was logged
	changed       recent.Map[fetch.Remote]   // tracks of which a listing told something new, by id
	firstListing  time.Duration              // firstListingTimeout, but for tests
	topListing    time.Duration              // topListingTimeout, but for tests
	prunes        bool                       // whether the kernel forgets nodes by number; false before Mount in tests: it never does

	// Set by Mount, before the first request.
	store  *fetch.Store
	shares *shares.Shares[*os.File] // of users beside the owner in the open files
	conn   connection

	memory *shares.Shares[gofs.FileHandle] // of users beside the owner in the bytes that open handles keep
}

// A connection is the kernel's end of a mount. Mount sets what New does not,
// before the first request.
type connection struct {
	dir         string
	server      *fuse.Server
	device      device
	kernel      *dentries.Kernel
	passthrough bool

	served chan struct{} // closed when the kernel has no more requests
	done   chan struct{} // closed when everything has ended
	finish func()        // ends what is left, once
}

// New returns a file system that is not mounted yet, with the searches saved by
// earlier mounts. It fails if a search of cfg cannot be a folder's name
// (catalog.ErrBadQuery), or if the saved ones cannot be read (ErrTooNew, or an
// error of the system).
func New(cfg Config) (*FS, error) {
	f := &FS{
		cfg: cfg, log: cfg.Logger, life: lifetime.New(), started: time.Now(),
		firstListing: firstListingTimeout, topListing: topListingTimeout, prunes: true,
		conn: connection{served: make(chan struct{}), done: make(chan struct{})},
	}
	if f.log == nil {
		f.log = slog.Default()
	}
	for _, query := range cfg.Searches {
		if _, err := catalog.QueryName(query); err != nil {
			return nil, fmt.Errorf("the search %q: %w", query, err)
		}
	}
	var err error
	if f.saved, err = openSaved(filepath.Join(cfg.StateDir, savedName), f.log); err != nil {
		return nil, err
	}
	f.events = events.NewHub(f.activeDownloads)
	f.players.Off, f.players.Life = cfg.NoPrefetch, f.life
	f.invalidations.init()
	f.tree.init(f)
	f.views = listing.NewViews(f.life, maxViews, f.busyViews)
	f.memory = shares.New[gofs.FileHandle](maxMemory)
	f.control = control.New(f.life, f.log, f.readers.Leaving)
	f.conn.finish = sync.OnceFunc(f.end)
	return f, nil
}

// Changed tells the kernel to look again at what shows a track, and the readers
// of the events of a change of its state. It returns at once, may be called at any
// time from any goroutine, and is meant for [fetch.Options]; before the mount
// there is nobody to tell.
func (f *FS) Changed(now fetch.Status, was fetch.State) {
	f.invalidations.addTrack(now.Key)
	if now.State != was {
		if now.State == fetch.Paused {
			f.reads.Restart(now.Key)
		}
		f.events.Changed(now)
	}
}

// Ready waits until the catalog's own top and every search of Config have been
// listed once. It returns which failed and why, and which were not listed when ctx
// ended, as errors.Join does: a line for each. The mount stays all the same, and
// asks for the top until it is listed.
func (f *FS) Ready(ctx context.Context) error {
	var failed []error
	for _, d := range append([]*folderNode{f.tree.root}, f.tree.wanted...) {
		if _, err := d.lister.Await(ctx); err != nil {
			failed = append(failed, f.notListed(ctx, d, err))
		}
	}
	return errors.Join(failed...)
}

// notListed says why a folder is not listed yet for those who waited until ctx
// ended.
func (f *FS) notListed(ctx context.Context, d *folderNode, err error) error {
	slow := ctx.Err() != nil && errors.Is(err, ctx.Err())
	switch top := f.tree.isTop(d); {
	case top && slow:
		return errors.New("listing the catalog takes longer than expected; it goes on")
	case top:
		return fmt.Errorf("the catalog cannot be listed: %w; asking again every %s", err, inWords(listing.RetryEvery(err)))
	case slow:
		return fmt.Errorf("the search %q takes longer than expected; it goes on", d.id())
	}
	return fmt.Errorf("the search %q failed: %w", d.id(), err)
}

// inWords writes a time of whole minutes or seconds.
func inWords(d time.Duration) string {
	if d >= time.Minute {
		return fmt.Sprintf("%d minutes", d/time.Minute)
	}
	return fmt.Sprintf("%d seconds", d/time.Second)
}

// end closes what is left when no more requests come.
func (f *FS) end() {
	f.life.Wait()
	if err := f.saved.flush(); err != nil {
		f.log.Error("cannot save the searches", "error", err)
	}
	_ = f.conn.kernel.Close() // nothing was written that could be lost
	close(f.conn.done)
}

// download returns the download of a track, which a later listing than the track's may
// have told something else of.
func (f *FS) download(t *catalog.Track) *fetch.Download {
	if later, ok := f.changed.Get(t.ID); ok && later.Listing > t.Listed {
		return f.store.Download(later)
	}
	return f.store.Download(remote(t))
}

// remote returns what a listing says of a track's file.
func remote(t *catalog.Track) fetch.Remote {
	return fetch.Remote{Key: t.ID, Location: fetch.Location{URL: t.URL}, Size: t.Size, Digest: t.Digest, Type: expectedType(t),
		Modified: t.Modified, Precision: t.Precision, Listing: t.Listed, Refreshed: t.Refreshed}
}

// expectedType returns the media type that a server should give to a track: any of
// audio for one of which the catalog does not say more.
func expectedType(t *catalog.Track) string {
	typ, _ := t.Media()
	if typ == "" && t.File == "" {
		return "audio/*"
	}
	return typ
}
