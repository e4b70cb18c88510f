package fs

import (
	"context"
	"syscall"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

// Unlink hides a track from this folder until it is refreshed by hand, and
// cancels its download if no other folder shows it. Removing a sidecar or the
// playlist succeeds and does nothing, so that rm -r works.
func (f *folder) Unlink(ctx context.Context, name string) syscall.Errno {
	if errno := f.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	v, _ := f.lister.current()
	if v == nil {
		return syscall.ENOENT
	}
	if t := v.named(name); t != nil && !f.isHidden(t.ID) {
		f.hide(t.ID)
		return f.fs.abandon(ctx, t)
	}
	if base, _, ok := splitSidecar(name); name == catalog.Playlist || ok && v.named(base) != nil {
		return 0
	}
	return syscall.ENOENT
}

func (f *folder) hide(id string) {
	f.mu.Lock()
	f.hidden[id] = true
	f.mu.Unlock()
	f.fs.saved.hide(f.key(), id)
}

// unhide shows every track again.
func (f *folder) unhide() {
	f.mu.Lock()
	clear(f.hidden)
	f.mu.Unlock()
	f.fs.saved.unhide(f.key())
}

// abandon cancels the download of a track that no folder shows any more.
// Complete bytes stay: they are the quota's.
func (f *FS) abandon(ctx context.Context, t *catalog.Track) syscall.Errno {
	for _, other := range f.listed() {
		if other.shows(t.ID) != nil {
			return 0
		}
	}
	if _, active := f.activeStates()[t.ID]; !active {
		return 0
	}
	return f.control(ctx, f.store.Download(remote(t)), fetch.Cancel)
}
