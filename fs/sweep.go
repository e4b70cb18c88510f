package fs

import (
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"

	"github.com/tunesfs/tunesfs/fs/internal/idle"
)

const (
	// maxNodes is about how many nodes the kernel may know in folders of the catalog's own,
	// some 2 KB each, before it has to forget idle ones. A tree without end has more.
	maxNodes = 50_000

	// folderNodes is as how many nodes a folder counts: about as many as it takes memory.
	folderNodes = 2

	// maxFolders is how many folders of the catalog's own are remembered before those are
	// forgotten that neither the kernel knows nor anyone uses.
	maxFolders = 20_000
)

// use notes that the kernel uses a place and learnt of some nodes in it, or of the place
// itself. It begins a sweep where the kernel knows too many, unless the last ones had no
// effect a moment ago.
func (t *tree) use(at *gofs.Inode, nodes int) {
	p, ok := at.Operations().(*placeNode)
	if !ok {
		return // the root and searches stay
	}
	if p.places.Add(p) {
		nodes += folderNodes
	}
	t.known.Use(p, p.above, p.level.depth, nodes)
	if !t.isFull() || !t.sweeping.CompareAndSwap(false, true) {
		return
	}
	if !t.pause.IsOver(time.Now()) || !t.fs.life.Start(t.sweep) {
		t.sweeping.Store(false)
	}
}

func (t *tree) isFull() bool {
	return t.known.Size() > t.maxNodes || int(t.folderCount.Load()) > t.maxFolders
}

// sweep has the kernel forget places that are idle, and forgets folders that it knows at
// none, until there are few enough or the rest is in use. Kernels before 6.18 keep folders
// as long as they like: a sweep that leaves too many and has less than one in sixteen
// forgotten had no effect, and the next one waits.
func (t *tree) sweep() {
	defer t.sweeping.Store(false)
	forgotten := 0
	defer func() { t.pause.Note(time.Now(), !t.isFull() || forgotten > t.maxNodes/16) }()
	for t.resize(); !t.fs.life.Closing(); {
		before, oldest := t.known.Size(), t.known.Oldest(t.maxNodes*3/4)
		for _, p := range oldest {
			t.fs.forgetFolder(p.EmbeddedInode())
		}
		if !t.fs.life.Sleep(idle.After) { // in which the kernel tells of each
			return
		}
		gone := t.forgetFolders()
		t.resize()
		forgotten += gone*folderNodes + max(before-t.known.Size(), 0)
		if !t.isFull() || len(oldest) > 0 && gone == 0 && t.known.Size() >= before {
			return
		}
	}
}

// resize counts the nodes of each place as they are: in one, the same may have been looked
// up again, and others be forgotten.
func (t *tree) resize() {
	for _, p := range t.known.All() {
		t.known.Resize(p, folderNodes+len(p.Children()))
	}
}

// forgetFolders forgets the folders of which the kernel knows no place and that nobody
// uses, if there are too many. It returns how many it forgot.
func (t *tree) forgetFolders() (gone int) {
	if int(t.folderCount.Load()) <= t.maxFolders {
		return 0
	}
	busy := t.fs.busyViews()
	for _, d := range t.listed() {
		if !busy[d.lister] && !d.lister.InUse() && t.forget(d) {
			d.lister.Drop()
			gone++
		}
	}
	return gone
}

// forget forgets a folder of the catalog's own, if the kernel knows no place of it.
func (t *tree) forget(d *folderNode) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.folders[d.id()] != d || d.places.Any() {
		return false
	}
	delete(t.folders, d.id())
	t.folderCount.Store(int64(len(t.folders)))
	return true
}

// show calls place with the node of a folder, and keeps the folder from being forgotten
// until it is told of the place. Where it was forgotten since, it is another node.
func (t *tree) show(f *folderNode, place func(*folderNode)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	known, ok := t.folders[f.id()]
	if !ok {
		known = f
		t.addLocked(f)
	}
	place(known)
}

// addLocked remembers a folder.
func (t *tree) addLocked(f *folderNode) {
	t.folders[f.id()] = f
	t.folderCount.Store(int64(len(t.folders)))
}
