package fs

import (
	"context"
	"fmt"
	"slices"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"

	"github.com/tunesfs/tunesfs/catalog"
)

// renameNoReplace is RENAME_NOREPLACE of rename(2): to fail where the new name is taken,
// as a rename here does in any case.
const renameNoReplace = 1

// Rename of a search is rmdir of it and mkdir of the new name: that is how a file manager
// makes a folder. The kernel and go-fuse keep the node under the new name, so it takes over
// the new query. A search that is in use stays: rmdir would cancel its downloads.
func (r *rootNode) Rename(ctx context.Context, name string, newParent gofs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	defer r.lock.Hold()()
	if errno := r.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	s := r.fs.tree.search(name)
	if s == nil || flags&^renameNoReplace != 0 || newParent.EmbeddedInode() != r.EmbeddedInode() {
		return syscall.EROFS
	}
	query, errno := r.queryOfNew(newName)
	switch {
	case errno == syscall.EINVAL: // by which mv(1) takes the new name to lie in the old one
		return syscall.EPERM
	case errno != 0:
		return errno
	case r.sub(newName) != nil: // a folder of the catalog's own
		return syscall.EEXIST
	case r.fs.isBusy(s):
		return syscall.EBUSY
	}
	if err := r.fs.saved.renameSearch(s.id(), newName); err != nil {
		r.fs.log.Error("cannot save that a search was renamed", "name", name, "error", err)
		return toErrno(err)
	}
	old := s.key()
	r.fs.tree.renameSearch(s, newName, query)
	s.relist(old)
	return 0
}

// maxRenamed is how many folders a rename looks into for a download: the kernel holds the
// lock of the root for as long as that takes.
const maxRenamed = 500

// isBusy reports whether a command for a search is not carried out yet, or a rmdir of it would
// cancel a download: the search has its track and nothing else that can be reached has. It
// asks no service, and reports true where there are too many folders to tell.
func (f *FS) isBusy(s *folderNode) bool {
	if f.control.IsPending(&s.orders) {
		return true
	}
	active := f.activeStates()
	if len(active) == 0 {
		return false
	}
	alone := map[string]bool{}
	whole := f.tree.recall(maxRenamed, func(tracks []*catalog.Track) bool {
		for _, t := range tracks {
			if _, ok := active[t.ID]; ok {
				alone[t.ID] = true
			}
		}
		return true
	}, place{folder: s})
	if !whole || len(alone) == 0 {
		return !whole
	}
	others := slices.DeleteFunc(f.tree.tops(), func(p place) bool { return p.folder == s })
	f.tree.recall(maxRenamed, func(tracks []*catalog.Track) bool {
		for _, t := range tracks {
			delete(alone, t.ID)
		}
		return len(alone) > 0
	}, others...)
	return len(alone) > 0
}

// relist has a folder that was renamed list its new query in the background, and the kernel
// look up again all that it knows in the folder. What programs removed from the folder
// during the rename is forgotten, by its old key and by the new one.
func (f *folderNode) relist(oldKey string) {
	f.lister.Reset()
	f.mu.Lock()
	f.renames++
	clear(f.hidden)
	f.fs.saved.unhide(oldKey)
	f.fs.saved.unhide(f.key())
	f.mu.Unlock()
	f.lister.Ask()
	for _, ino := range f.inodes() {
		for name := range ino.Children() {
			f.fs.invalidations.addName(f, name)
		}
	}
	f.fs.conn.kernel.Forget() // at once: it waits for nothing, and a path may be used next
}

// errUnlisted is the error of a folder that was opened, then renamed, and is read again
// before the new listing is there.
var errUnlisted = fmt.Errorf("it is not listed yet: %w", syscall.EAGAIN)

func (f *folderNode) unlisted() error {
	if v, _ := f.lister.Current(); v == nil {
		return errUnlisted
	}
	return nil
}
