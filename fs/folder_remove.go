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
		if d := f.fs.abandoned(t); d != nil {
			return f.fs.control(ctx, d, fetch.Cancel)
		}
		return 0
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

// abandoned returns the download of a track, to be canceled, if it is active and
// no folder shows it any more; else nil. Complete bytes stay: they are the
// quota's.
func (f *FS) abandoned(t *catalog.Track) *fetch.Download {
	for _, other := range f.listed() {
		if other.shows(t.ID) != nil {
			return nil
		}
	}
	if _, active := f.activeStates()[t.ID]; !active {
		return nil
	}
	return f.store.Download(remote(t))
}
