package fs

import (
	"context"
	"slices"
	"strings"
	"syscall"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/text/unicode/norm"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

// OpendirHandle waits for the listing, and asks again for one that failed. A
// blocked opendir stalls nobody else.
func (f *folderNode) OpendirHandle(ctx context.Context, _ uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	return f.openAs(ctx, f)
}

// openAs is OpendirHandle for a place of the folder.
func (f *folderNode) openAs(ctx context.Context, d directory) (gofs.FileHandle, uint32, syscall.Errno) {
	defer f.lister.Pin()()
	if err := f.lister.Open(ctx); err != nil {
		return nil, 0, toErrno(err)
	}
	return f.openAll(ctx, d)
}

// openAll opens the folder, or what shows more than it does, when its listing is
// whole or took too long.
func (f *folderNode) openAll(ctx context.Context, d directory) (gofs.FileHandle, uint32, syscall.Errno) {
	err := f.lister.Complete(ctx)
	if err != nil && ctx.Err() != nil {
		return nil, 0, syscall.EINTR
	}
	f.fs.invalidations.await(ctx)
	f.opened.Store(int64(time.Since(f.fs.started)))
	f.fs.life.Start(f.preconnect)
	if err == nil {
		err = levelOf(d.EmbeddedInode()).unshown()
	}
	return f.fs.openDirectory(ctx, d, err, f.lister.Pin())
}

// whole reports whether all pages are there, and all folders in them shown.
func (f *folderNode) whole() bool { return f.wholeAt(&f.level) }

// wholeAt is whole for a place of the folder.
func (f *folderNode) wholeAt(l *level) bool {
	v, _ := f.lister.Current()
	return v != nil && v.Listing.Next == "" && l.unshown() == nil
}

const (
	// preconnectTracks is how many tracks of a folder have their server's connection opened.
	preconnectTracks = 4

	// preconnectDelay is how long after the folder was opened that is done. Whoever asks
	// for sizes at once opens one anyhow, and TLS takes time that listing can use.
	preconnectDelay = 50 * time.Millisecond
)

// preconnect has connections be ready for whoever will read what they list: to the
// servers of the first tracks, and at most one to each.
func (f *folderNode) preconnect() {
	if !f.fs.life.Sleep(preconnectDelay) {
		return
	}
	v, _ := f.lister.Current()
	if v == nil {
		return
	}
	for i := range min(preconnectTracks, len(v.Listing.Tracks)) {
		f.fs.download(&v.Listing.Tracks[i]).KeepAlive()
	}
}

// Lookup costs no request, whatever the name, but in a folder that was never listed,
// or not to its end. No name here starts with a dot, so those need not wait even then.
// The kernel keeps no negative answers: another listing may have the name.
func (f *folderNode) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	return f.lookupAt(ctx, f.EmbeddedInode(), name, out)
}

// lookupAt is Lookup in an inode of the folder.
func (f *folderNode) lookupAt(ctx context.Context, at *gofs.Inode, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	defer f.lock.Hold()()
	if errno := impossible(name); errno != 0 {
		return nil, errno
	}
	defer f.lister.Pin()()
	if f.lister.IsSlow(ctx) {
		f.fs.tree.use(at, 1)
		return f.lookupPending(ctx, at, name, out), 0
	}
	if err := f.lister.Peek(ctx, f.fs.firstListing); err != nil {
		return nil, toErrno(err)
	}
	ino, errno := f.childAt(ctx, at, name, out)
	if errno != syscall.ENOENT {
		return ino, errno
	}
	switch waits, err := f.lister.IsUnread(); {
	case err != nil:
		return nil, toErrno(err)
	case waits:
		f.fs.tree.use(at, 1)
		return f.lookupPending(ctx, at, name, out), 0
	}
	return nil, syscall.ENOENT
}

// impossible returns the error for names that no listing has.
func impossible(name string) syscall.Errno {
	switch {
	case strings.HasPrefix(name, "."):
		return syscall.ENOENT
	case len(name) > catalog.MaxName && len(norm.NFC.String(name)) > catalog.MaxName: // few are longer in NFC
		return syscall.ENAMETOOLONG
	}
	return 0
}

// sub returns the sub-folder of a name in the last listing, or nil. A name may be
// in NFD here and below, as macOS and some clients write it.
func (f *folderNode) sub(name string) *folderNode {
	v, _ := f.lister.Current()
	if v == nil {
		return nil
	}
	d := v.Folder(name)
	if d == nil || f.isHidden(folderKind.key(d.ID)) {
		return nil
	}
	return f.fs.tree.folder(f, d)
}

// child finds a name in the last listing. Sidecars and the playlist resolve
// whether they are listed or not, also those of removed tracks: otherwise
// rm -r would miss what it saw a moment ago.
func (f *folderNode) child(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	return f.childAt(ctx, f.EmbeddedInode(), name, out)
}

// childAt is child in an inode of the folder.
func (f *folderNode) childAt(ctx context.Context, at *gofs.Inode, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	v, _ := f.lister.Current()
	if v == nil {
		return nil, syscall.ENOENT
	}
	f.fs.tree.use(at, 1)
	if t := v.Track(name); t != nil && !f.isHidden(t.ID) {
		return shownAs(t.Name, name, f.lookupTrack(ctx, t, out), out), 0
	}
	if d := f.sub(name); d != nil && levelOf(at).hides() == nil {
		return shownAs(norm.NFC.String(name), name, d.entryAt(ctx, at, name, out), out), 0
	}
	if content := f.text(name); content != nil {
		return f.lookupFolderText(ctx, name, content, out), 0
	}
	if base, car, ok := splitSidecar(name); ok {
		if t := v.Track(base); t != nil {
			return f.lookupSidecar(ctx, t, car, out), 0
		}
	}
	return nil, syscall.ENOENT
}

// has reports whether the last listing has what a name is of.
func (f *folderNode) has(name string) bool {
	v, _ := f.lister.Current()
	base, _, isSidecar := splitSidecar(name)
	return v != nil && (v.Folder(name) != nil || v.Track(name) != nil || f.text(name) != nil || isSidecar && v.Track(base) != nil)
}

// entries appends folders, tracks with the sidecars that do something and, where it is
// to be shown, the playlist if there is anything to play.
func (f *folderNode) entries(list []fuse.DirEntry) []fuse.DirEntry {
	return f.entriesAt(f.EmbeddedInode(), list)
}

// entriesAt is entries of an inode of the folder.
func (f *folderNode) entriesAt(at *gofs.Inode, list []fuse.DirEntry) []fuse.DirEntry {
	folders, tracks := f.visibleFolders(), f.visible()
	if levelOf(at).unshown() != nil {
		folders = nil
	}
	list = slices.Grow(list, len(folders)+len(tracks)+1)
	for _, d := range folders {
		list = append(list, fuse.DirEntry{Name: d.Name, Mode: syscall.S_IFDIR, Ino: f.fs.placeIno(at, d.ID)})
	}
	states := f.fs.activeStates()
	for _, t := range tracks {
		list = append(list, fuse.DirEntry{Name: t.Name, Mode: syscall.S_IFREG, Ino: f.fs.ino(trackKind, t.ID)})
		list = f.appendSidecars(list, t, states[t.ID])
	}
	if f.fs.cfg.ShowPlaylist && slices.ContainsFunc(tracks, func(t *catalog.Track) bool { return t.File == "" }) {
		list = append(list, fuse.DirEntry{Name: catalog.Playlist, Mode: syscall.S_IFREG, Ino: f.fs.ino(playlistKind, f.key())})
	}
	return list
}

func (f *folderNode) appendSidecars(list []fuse.DirEntry, t *catalog.Track, s fetch.State) []fuse.DirEntry {
	if f.fs.cfg.HideSidecars {
		return list
	}
	for _, car := range listedSidecars(s) {
		id := f.fs.ino(sidecarKind, t.ID+string(car))
		list = append(list, fuse.DirEntry{Name: t.Name + string(car), Mode: syscall.S_IFREG, Ino: id})
	}
	return list
}

// visibleFolders returns the sub-folders of the last listing that were not
// removed.
func (f *folderNode) visibleFolders() []*catalog.Folder {
	v, _ := f.lister.Current()
	if v == nil {
		return nil
	}
	return unremoved(f, v.Listing.Folders, folderID)
}

// visible returns the tracks of the last listing that were not removed.
func (f *folderNode) visible() []*catalog.Track {
	v, _ := f.lister.Current()
	if v == nil {
		return nil
	}
	return unremoved(f, v.Listing.Tracks, trackID)
}

func folderID(d *catalog.Folder) string { return folderKind.key(d.ID) }

func trackID(t *catalog.Track) string { return t.ID }

// unremoved returns those of a listing that the folder does not hide.
func unremoved[T any](f *folderNode, listed []T, id func(*T) string) []*T {
	f.mu.Lock()
	defer f.mu.Unlock()
	return without(f.hidden, listed, id)
}

// without returns those of a listing whose ids are not hidden.
func without[T any](hidden map[string]bool, listed []T, id func(*T) string) []*T {
	list := make([]*T, 0, len(listed))
	for i := range listed {
		if one := &listed[i]; !hidden[id(one)] {
			list = append(list, one)
		}
	}
	return list
}

// shows returns the track of an id if the folder shows it, or nil.
func (f *folderNode) shows(id string) *catalog.Track {
	v, _ := f.lister.Current()
	if v == nil {
		return nil
	}
	t := v.TrackByID(id)
	if t == nil || f.isHidden(id) {
		return nil
	}
	return t
}

func (f *folderNode) isHidden(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.hidden[id]
}

// lookupTrack answers a lookup with the track as it is now. It waits for
// nothing: an unknown size is shown as none, for no time at all, so that whoever
// asks for attributes asks again and is given them by Getattr.
//
// Whoever looks up the name again because an open gave ESTALE has one try left:
// they get a node of their own, which nobody has bound yet.
func (f *folderNode) lookupTrack(ctx context.Context, t *catalog.Track, out *fuse.EntryOut) *gofs.Inode {
	d := f.fs.download(t)
	st := d.Status()
	n := &trackNode{node: node{fs: f.fs}, download: d, revision: st.Revision, modified: st.Modified}
	n.row.Store(t)
	info := trackInfo{track: t, status: st}
	size, gen := info.size(), st.Revision
	if f.fs.wasStale(t.ID) {
		size, gen = -1, 1<<63|f.fs.tree.generation.Add(1)
	}
	n.size.Store(size)
	out.SetEntryTimeout(entryTimeout)
	f.fs.fill(&out.Attr, fileMode, size, info.modified())
	if size >= 0 {
		out.SetAttrTimeout(info.timeout())
		f.fs.show(d, info.shown())
	}
	ino := f.NewInode(ctx, n, gofs.StableAttr{Mode: syscall.S_IFREG, Ino: f.fs.ino(trackKind, t.ID), Gen: gen})
	if known, ok := ino.Operations().(*trackNode); ok && known != n {
		known.row.Store(t) // what was looked up in another listing
	}
	return ino
}

// lookupSidecar answers a lookup with a sidecar of a track.
func (f *folderNode) lookupSidecar(ctx context.Context, t *catalog.Track, car sidecar, out *fuse.EntryOut) *gofs.Inode {
	d := f.fs.download(t)
	id := gofs.StableAttr{Mode: syscall.S_IFREG, Ino: f.fs.ino(sidecarKind, t.ID+string(car))}
	if car == progressCar {
		progress := func() []byte { return progressText(d.Status()) }
		return f.lookupText(ctx, &textNode{content: progress, modified: time.Now}, id, out)
	}
	b := &buttonNode{node: node{fs: f.fs}, car: car, download: d}
	b.fill(&out.Attr)
	out.SetEntryTimeout(attrTimeout)
	out.SetAttrTimeout(attrTimeout)
	return f.NewInode(ctx, b, id)
}

// lookupPending answers a lookup that would have to wait. The kernel keeps
// nothing of it.
func (f *folderNode) lookupPending(ctx context.Context, at *gofs.Inode, name string, out *fuse.EntryOut) *gofs.Inode {
	p := &pendingNode{node: node{fs: f.fs}, from: f, names: []string{name}}
	return p.show(ctx, at, f.since(), out)
}

// shownAs returns the node of a lookup, and keeps the kernel from keeping a name that
// is not the one that is shown: notifications are of that.
func shownAs(shown, name string, node *gofs.Inode, out *fuse.EntryOut) *gofs.Inode {
	if name != shown {
		out.SetEntryTimeout(0)
	}
	return node
}

// entry answers a lookup with the search.
func (f *folderNode) entry(out *fuse.EntryOut) *gofs.Inode {
	f.fill(&out.Attr)
	out.SetEntryTimeout(entryTimeout)
	out.SetAttrTimeout(attrTimeout)
	return f.EmbeddedInode()
}
