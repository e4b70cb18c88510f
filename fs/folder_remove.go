package fs

import (
	"context"
	"syscall"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/control"
)

// Unlink hides a track from this folder until it is refreshed by hand, and
// cancels its download if no other folder shows it. Removing a sidecar or the
// playlist succeeds and does nothing, so that rm -r works.
func (f *folder) Unlink(ctx context.Context, name string) syscall.Errno {
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
func (f *folder) Rmdir(ctx context.Context, name string) syscall.Errno {
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
	removed := f.fs.folder(f, d)
	removed.unhide()
	f.fs.abandonAll(removed)
	return 0
}

func (f *folder) hide(id string) {
	f.mu.Lock()
	f.hidden[id] = true
	f.mu.Unlock()
	f.fs.saved.hide(f.key(), id)
}

// unhide shows again all that is listed.
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
	if _, active := f.activeStates()[t.ID]; !active {
		return nil
	}
	if _, shown := pathOf(t.ID, f.places()); shown {
		return nil
	}
	return f.store.Download(remote(t))
}

// abandonAll cancels, in the background, the downloads of a removed folder that
// no other folder shows.
func (f *FS) abandonAll(removed *folder) {
	f.control.InOrder(&removed.orders, func() {}, func(n control.Order) {
		for _, p := range f.below(place{folder: removed}) {
			for _, t := range p.folder.visible() {
				if d := f.abandoned(t); d != nil {
					f.control.CarryOut(n, d, fetch.Cancel)
				}
			}
		}
	})
}
