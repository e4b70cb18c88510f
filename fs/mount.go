package fs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/dentries"
	"github.com/tunesfs/tunesfs/fs/internal/shares"
	"github.com/tunesfs/tunesfs/internal/mounts"
	"github.com/tunesfs/tunesfs/internal/panics"
)

// Mount shows the file system at dir, an empty folder, and returns once it
// answers. The bytes come from store, whose Options.Changed should be
// [FS.Changed], and which stays the caller's to close, after the unmount. An FS
// is mounted once.
//
// The error wraps one of ErrNotDirectory, ErrNotEmpty, ErrAlreadyMounted,
// ErrNotYours, ErrNoDevice, ErrDeviceDenied, ErrNoHelper and ErrUnmounted where that
// is the reason.
func (f *FS) Mount(dir string, store *fetch.Store) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if err := checkMountPoint(dir); err != nil {
		return err
	}
	f.conn.dir, f.store = dir, store
	f.shares = shares.New[*os.File](store.MaxOpen())
	root := newRootNode(f)
	f.tree.root = &root.folderNode
	options := f.options()
	raw := gofs.NewNodeFS(root, options)
	if err := f.showSearches(); err != nil {
		return err
	}
	if f.conn.server, f.conn.device, err = mountServer(partReader{raw}, dir, &options.MountOptions); err != nil {
		return fmt.Errorf("mounting on %s: %w", dir, mountError(err, isMounted(dir)))
	}
	if !f.conn.device.isKnown() {
		f.log.Warn("programs started from here keep the mount open", "error", "the device was not found")
	}
	kernel, err := f.conn.device.dup()
	if err != nil {
		f.log.Warn("the kernel has to forget names one by one", "error", err)
	}
	f.conn.kernel = dentries.New(kernel)
	f.prunes = f.prunes && f.conn.server.KernelSettings().SupportsNotify(fuse.NOTIFY_PRUNE)
	f.life.Watch(f.conn.device.aborted, store.Interrupt)
	f.conn.passthrough = canPassThrough(f.conn.server, f.cfg.CacheDir)
	f.log.Debug("mounted", "dir", dir, "passthrough", f.conn.passthrough)
	return f.serve()
}

// PassesThrough reports whether the kernel reads complete files by itself. It
// is for a mount that is there.
func (f *FS) PassesThrough() bool { return f.conn.passthrough }

// serve answers requests, and lists what was asked for, in the background.
func (f *FS) serve() error {
	f.life.Start(f.invalidateLoop)
	f.life.Start(func() { f.saved.keep(f.life.Done()) })
	go func() {
		f.conn.server.Serve()
		f.closeForgotten()
		close(f.conn.served)
		f.conn.finish()
	}()
	if err := awaitMount(f.conn.server); err != nil {
		return fmt.Errorf("mounting on %s: %w", f.conn.dir, errors.Join(err, f.Unmount(context.Background())))
	}
	f.tree.root.lister.Persist()
	for _, s := range f.tree.wanted {
		s.lister.Ask()
	}
	return nil
}

// showSearches makes the folders of saved searches and of those asked for.
func (f *FS) showSearches() error {
	for _, name := range f.saved.names() {
		query, err := catalog.Query(name)
		if err != nil {
			f.log.Warn("a saved search cannot be shown", "name", name, "error", err)
			continue
		}
		f.tree.addSearch(name, query)
	}
	for _, query := range f.cfg.Searches {
		name, err := catalog.QueryName(query)
		if err == nil {
			err = f.saved.addSearch(name)
		}
		if err != nil {
			return fmt.Errorf("the search %q: %w", query, err)
		}
		s, _ := f.tree.addSearch(name, query)
		f.tree.wanted = append(f.tree.wanted, s)
	}
	return nil
}

// options has no timeouts: each answer says how long it lasts. MaxWrite, which
// is also the longest read, lets a splice fit its pipe. With the default
// MaxBackground of 12, that many blocked readers stall the mount. Without
// CAP_READDIRPLUS_AUTO every listing looks up every name. Neither
// default_permissions (every setxattr would wait for the size) nor ro (none
// would be allowed) is set.
func (f *FS) options() *gofs.Options {
	logger := slog.NewLogLogger(f.log.Handler(), slog.LevelDebug)
	return &gofs.Options{
		Logger:         logger,
		RootStableAttr: &gofs.StableAttr{Ino: rootIno},
		MountOptions: fuse.MountOptions{
			Name:              mounts.Type,
			FsName:            f.cfg.Source,
			AllowOther:        f.cfg.AllowOther,
			Options:           ownerOptions(f.cfg),
			DirectMount:       os.Geteuid() == 0,
			MaxWrite:          512 << 10,
			MaxBackground:     512,
			MaxStackDepth:     stackDepth(f.cfg.CacheDir),
			ExtraCapabilities: fuse.CAP_READDIRPLUS_AUTO | fuse.CAP_DIRECT_IO_ALLOW_MMAP,
			// A date that becomes known would drop the pages of the file, and wait for those
			// that are being read. They stay true: a node is of one version.
			DisabledCapabilities: fuse.CAP_AUTO_INVAL_DATA,
			Logger:               logger,
			PanicHandler:         f.panicked,
		},
	}
}

// panicked keeps a bug in one request from ending the mount.
func (f *FS) panicked(reason any) fuse.Status {
	panics.Note(f.log, "a request of the kernel", reason)
	return fuse.EIO
}

// lastUsersTimeout is how long Unmount waits for those who still use the mount: it was
// taken from under them, or another mount namespace has it too, as unshare(1)
// makes one.
const lastUsersTimeout = 500 * time.Millisecond

// Wait returns when the mount has ended, by Unmount or by somebody else, and
// nothing of the file system runs any more.
func (f *FS) Wait() { <-f.conn.done }

// Unmount ends the mount, also while readers are blocked and programs have
// files open or their working folder in it: new opens and reads that would wait
// fail with ENOTCONN, all waits end, and if the kernel still is busy the mount
// is detached. Then it waits for the last requests until ctx ends, and half a
// second at most: what outlives that ends with the process.
//
// It may be called again and at any time after Mount, but not when somebody
// else has taken the mount away. The caller closes the store next, which writes
// what is held.
func (f *FS) Unmount(ctx context.Context) error {
	f.life.Close()
	select {
	case <-f.conn.served:
		<-f.conn.done
		return f.removeDead()
	default:
	}
	if err := unmount(f.conn.server, f.conn.dir); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, lastUsersTimeout)
	defer cancel()
	select {
	case <-f.conn.served:
	case <-ctx.Done():
		f.log.Debug("somebody still uses what was unmounted", "dir", f.conn.dir)
	}
	f.conn.finish()
	<-f.conn.done
	return nil
}

// EndWaits ends all waits of a mount that somebody else has taken away: new opens and
// reads that would wait fail with ENOTCONN, as after Unmount. It may be called at any time
// after Mount.
func (f *FS) EndWaits() { f.life.Close() }

// removeDead takes the mount away if it is still there though it has ended: one
// whose connection was aborted (umount -f) while files were open.
func (f *FS) removeDead() error {
	if !isMounted(f.conn.dir) {
		return nil
	}
	return unmount(f.conn.server, f.conn.dir)
}
