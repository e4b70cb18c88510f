package fs

import (
	"context"
	"sync"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"

	"github.com/tunesfs/tunesfs/fs/internal/listing"
	"github.com/tunesfs/tunesfs/fs/internal/recent"
)

// invalidations are the names that the kernel must look up again. One goroutine
// notifies the kernel, because a notification waits for the lock of its folder.
type invalidations struct {
	mu     sync.Mutex // guards what follows
	keys   map[string]bool
	names  []entryInvalidation
	notify chan struct{}
	behind chan struct{} // closed when the kernel was told of all; nil if it was
}

// An entryInvalidation says that a name of a folder is to be looked up again.
type entryInvalidation struct {
	folder *gofs.Inode
	name   string
}

func (n *invalidations) init() {
	n.keys = map[string]bool{}
	n.notify = make(chan struct{}, 1)
}

// addTrack notes that a download has changed.
func (n *invalidations) addTrack(key string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.keys[key] = true
	n.signalLocked()
}

// addName notes that a name of a folder means something else.
func (n *invalidations) addName(folder *gofs.Inode, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.names = append(n.names, entryInvalidation{folder, name})
	n.signalLocked()
}

// await waits a little until the kernel was told of all that was noted so far, so that
// ls -l shows what a listing told that has just come.
func (n *invalidations) await(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, listing.RefreshTimeout)
	defer cancel()
	n.mu.Lock()
	behind := n.behind
	n.mu.Unlock()
	if behind == nil {
		return
	}
	select {
	case <-behind:
	case <-ctx.Done():
	}
}

// caughtUp is called when the kernel was told of all that was taken.
func (n *invalidations) caughtUp() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.behind != nil && len(n.keys)+len(n.names) == 0 {
		close(n.behind)
		n.behind = nil
	}
}

// signalLocked wakes the loop.
func (n *invalidations) signalLocked() {
	if n.behind == nil {
		n.behind = make(chan struct{})
	}
	select {
	case n.notify <- struct{}{}:
	default:
	}
}

// take returns what was noted since it was last called.
func (n *invalidations) take() (map[string]bool, []entryInvalidation) {
	n.mu.Lock()
	defer n.mu.Unlock()
	keys, names := n.keys, n.names
	n.keys, n.names = map[string]bool{}, nil
	return keys, names
}

// invalidateLoop tells the kernel what is noted, until the mount closes.
func (f *FS) invalidateLoop() {
	var reported recent.Map[uint64] // the generation that the kernel knows, by key
	for {
		select {
		case <-f.life.Done():
			return
		case <-f.invalidations.notify:
		}
		keys, names := f.invalidations.take()
		for key := range keys {
			f.notifyTrack(key, &reported)
		}
		for _, n := range names {
			f.invalidate(n.folder, n.name)
		}
		f.invalidations.caughtUp()
	}
}

// notifyTrack makes the kernel look up a track again if its generation has changed.
func (f *FS) notifyTrack(key string, reported *recent.Map[uint64]) {
	for _, d := range f.tree.listed() {
		t := d.shows(key)
		if t == nil {
			continue
		}
		revision := f.download(t).Status().Revision
		if last, ok := reported.Put(key, revision); !ok || last != revision {
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
