package fs

import (
	"context"
	"errors"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
)

// maxViews is about how many bytes the views of all folders may take. Those in use
// stay beyond it.
const maxViews = 64 << 20

// Why sub-folders of a folder are not listed.
var (
	errLoop    = errors.New("the server shows the same page as in the two folders above: a loop, whose folders only open by name")
	errTooDeep = errors.New("more than 32 folders lie within each other: those below are left out")
)

// busyViews returns the listers of the folders that must stay in memory: those with
// an open file or an active download, and the folders that they lie in.
func (f *FS) busyViews() map[*listing.Lister]bool {
	keys := map[string]bool{}
	for _, d := range f.store.Active() {
		keys[d.Key()] = true
	}
	f.readers.Each(func(r *fetch.Reader) { keys[r.Key()] = true })
	busy := map[*listing.Lister]bool{}
	for _, d := range f.tree.listed() {
		if !d.showsAny(keys) {
			continue
		}
		for l := &d.level; l != nil && !busy[l.folder.lister]; l = l.above {
			busy[l.folder.lister] = true
		}
	}
	return busy
}

// showsAny reports whether a folder lists a track of some keys.
func (f *folderNode) showsAny(keys map[string]bool) bool {
	v, _ := f.lister.Current()
	if v == nil {
		return false
	}
	for key := range keys {
		if v.TrackByID(key) != nil {
			return true
		}
	}
	return false
}

// viewDropped has the kernel forget the files of a folder whose view was dropped: each
// that it knows is a node, and the nodes would keep all of the view in memory. To look
// names up again, as the kernel is asked to elsewhere, is not enough.
func (f *folderNode) viewDropped() {
	for _, ino := range f.inodes() {
		for _, child := range ino.Children() {
			if n, ok := child.Operations().(*trackNode); ok {
				n.copyRow()
			}
		}
		f.fs.forgetFiles(ino)
	}
}

// copyRow has the node keep its row alone in memory, and not the listing around it. A row
// of a newer listing, which may come at the same time, stays.
func (t *trackNode) copyRow() {
	old := t.row.Load()
	row := *old
	t.row.CompareAndSwap(old, &row)
}

// hold keeps the view of a folder in memory until release is called, and asks for it
// if it was dropped. It waits a short while for that.
func (f *folderNode) hold(ctx context.Context, while time.Duration) (release func()) {
	release = f.lister.Pin()
	if f.lister.IsDropped() {
		_ = f.lister.Peek(ctx, while) // without it, the folder has nothing to show, which the caller sees
	}
	return release
}

// A level is where a folder is shown, below which others.
type level struct {
	folder *folderNode
	above  *level // nil of the root
	depth  int    // how many folders it lies in
}

// below returns the level of a folder that this one shows.
func (l *level) below(f *folderNode) level { return level{folder: f, above: l, depth: l.depth + 1} }

// levelOf returns that of an inode of a folder.
func levelOf(ino *gofs.Inode) *level {
	switch n := ino.Operations().(type) {
	case *placeNode:
		return &n.level
	case *rootNode:
		return &n.level
	case *folderNode:
		return &n.level
	}
	return nil
}

// unshown returns why sub-folders of the last listing are not listed, nil if all are.
func (l *level) unshown() error {
	if l == nil {
		return nil
	}
	v := l.folder.lister.Last()
	switch {
	case v == nil || !v.HasFolders():
		return nil
	case l.depth >= catalog.MaxDepth:
		return errTooDeep
	case l.depth >= 2 && v.LooksLike(l.above.folder.lister.Last()) && v.LooksLike(l.above.above.folder.lister.Last()):
		return errLoop
	}
	return nil
}

// hides returns why a name of a sub-folder leads nowhere, nil if it leads there. Below
// what looks like a loop it does: a catalog may have folders that look the same.
func (l *level) hides() error {
	if err := l.unshown(); !errors.Is(err, errLoop) {
		return err
	}
	return nil
}

// listError returns why the folder does not show all that it could there: why its last
// listing failed, or why it leaves out folders.
func (l *level) listError() error {
	if err := l.folder.lister.Failure(); err != nil {
		return err
	}
	return l.unshown()
}
