package fs

import (
	"slices"

	gofs "github.com/hanwen/go-fuse/v2/fs"
)

// forgetFiles has the kernel forget the files of a folder that no program uses. Of each
// that it forgets, the kernel tells us later.
//
// Linux 6.18 and later forget nodes by number (FUSE_NOTIFY_PRUNE), and wait for no lock
// that a program holds. Older kernels forget a name, and wait for the lock of its
// folder: they are not asked to while a request holds that. What is left then, they
// forget by themselves when they need memory.
func (f *FS) forgetFiles(folder *gofs.Inode) {
	var files []*gofs.Inode
	for name, child := range folder.Children() {
		switch {
		case child.IsDir():
		case f.prunes:
			files = append(files, child)
		case f.life.Closing():
			return
		default:
			f.forgetName(folder, name)
		}
	}
	f.prune(files)
}

// forgetName has an old kernel forget a name, unless it would have to wait.
func (f *FS) forgetName(folder *gofs.Inode, name string) {
	if l := levelOf(folder); l != nil && !l.folder.lock.IsHeld() {
		f.notifyEntry(folder, name)
	}
}

// forgetFolder has the kernel forget a folder and all in it, as far as no program uses it.
// Older kernels keep the folder itself: by name, they would also take it from a program
// that works in it.
func (f *FS) forgetFolder(folder *gofs.Inode) {
	f.forgetFiles(folder)
	var rest []*gofs.Inode
	for _, child := range folder.Children() {
		if child.IsDir() {
			rest = append(rest, child)
		}
	}
	f.prune(append(rest, folder))
}

// pruneBatch is how many nodes the kernel is asked to forget at a time.
const pruneBatch = 512

// prune has the kernel forget nodes in their order. It keeps those that a program uses,
// and a folder as long as it knows something in it.
func (f *FS) prune(nodes []*gofs.Inode) {
	for batch := range slices.Chunk(nodes, pruneBatch) {
		if !f.prunes || f.life.Closing() {
			return
		}
		if errno := f.tree.root.NotifyPrune(batch); errno != 0 {
			f.log.Debug("cannot have the kernel forget nodes", "error", errno)
		}
	}
}
