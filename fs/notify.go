package fs

import (
	"sync"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"

	"github.com/tunesfs/tunesfs/fs/internal/recent"
)

// notices is what the kernel is to be told. It is told by one goroutine, since
// a notice waits for the lock of its folder.
type notices struct {
	mu    sync.Mutex // guards what follows
	keys  map[string]bool
	names []entryNotice
	wake  chan struct{}
}

// An entryNotice says that a name of a folder is to be looked up again.
type entryNotice struct {
	folder *gofs.Inode
	name   string
}

func (n *notices) init() {
	n.keys = map[string]bool{}
	n.wake = make(chan struct{}, 1)
}

// track notes that a download has changed.
func (n *notices) track(key string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.keys[key] = true
	n.signal()
}

// name notes that a name of a folder means something else.
func (n *notices) name(folder *gofs.Inode, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.names = append(n.names, entryNotice{folder, name})
	n.signal()
}

func (n *notices) signal() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// take returns what was noted since it was last called.
func (n *notices) take() (map[string]bool, []entryNotice) {
	n.mu.Lock()
	defer n.mu.Unlock()
	keys, names := n.keys, n.names
	n.keys, n.names = map[string]bool{}, nil
	return keys, names
}

// notify tells the kernel what is noted, until the mount closes.
func (f *FS) notify() {
	var told recent.Map[uint64] // epoch by key
	for {
		select {
		case <-f.life.Done():
			return
		case <-f.notes.wake:
		}
		keys, names := f.notes.take()
		for key := range keys {
			f.notifyTrack(key, &told)
		}
		for _, n := range names {
			f.invalidate(n.folder, n.name)
		}
	}
}

// notifyTrack makes the kernel look up a track again if its epoch has changed.
func (f *FS) notifyTrack(key string, told *recent.Map[uint64]) {
	for _, d := range f.tree.listed() {
		t := d.shows(key)
		if t == nil {
			continue
		}
		epoch := f.store.Download(remote(t)).Status().Epoch
		if last, ok := told.Put(key, epoch); !ok || last != epoch {
			f.invalidateAll(key)
		}
		return
	}
}

// invalidateAll makes the kernel look up a track again wherever it is shown.
func (f *FS) invalidateAll(key string) {
	for _, d := range f.tree.listed() {
		if t := d.shows(key); t != nil {
			f.invalidate(d.EmbeddedInode(), t.Name)
		}
	}
}

func (f *FS) invalidate(folder *gofs.Inode, name string) {
	errno := folder.NotifyEntry(name)
	if errno != 0 && errno != syscall.ENOENT { // ENOENT: it does not know the name
		f.log.Debug("cannot notify the kernel", "name", name, "error", errno)
	}
}
