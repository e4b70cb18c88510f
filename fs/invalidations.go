package fs

import (
	"context"
	"sync"
	"syscall"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/dentries"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
)

// invalidations are the names that the kernel must look up again. One goroutine
// notifies the kernel, because a notification may wait for the lock of its folder.
type invalidations struct {
	mu     sync.Mutex      // guards what follows
	keys   map[string]bool // of tracks; true for one of which the kernel keeps what was
	names  []entryInvalidation
	notify chan struct{}
	behind chan struct{} // closed when the kernel was told of all; nil if it was
}

// An entryInvalidation says that a name of a folder is to be looked up again.
type entryInvalidation struct {
	folder *folderNode
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
	if _, noted := n.keys[key]; !noted {
		n.keys[key] = false
	}
	n.signalLocked()
}

// addOutdated notes that the kernel keeps what a track was.
func (n *invalidations) addOutdated(key string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.keys[key] = true
	n.signalLocked()
}

// addName notes that a name of a folder means something else.
func (n *invalidations) addName(folder *folderNode, name string) {
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

// forgetAgain is when the kernel is told again to forget all names. It takes the names of
// a folder that it reads for as new as they are when they come, so those that were on
// their way when it was told last may be older.
var forgetAgain = []time.Duration{100 * time.Millisecond, time.Second}

// invalidateLoop tells the kernel what is noted, until the mount closes.
func (f *FS) invalidateLoop() {
	var delays []time.Duration
	var again <-chan time.Time
	for {
		select {
		case <-f.life.Done():
			return
		case <-again:
			f.conn.kernel.Forget()
		case <-f.invalidations.notify:
			if !f.invalidateNoted() {
				continue
			}
			delays = forgetAgain
		}
		if again = nil; len(delays) > 0 {
			again, delays = time.After(delays[0]), delays[1:]
		}
	}
}

// invalidateNoted tells the kernel what is noted, and reports whether it forgets all
// names by that.
func (f *FS) invalidateNoted() (forgets bool) {
	defer f.invalidations.caughtUp()
	keys, names := f.invalidations.take()
	for key, outdated := range keys {
		if f.isOutdated(key) || outdated {
			names = append(names, f.namesOf(key)...)
		}
	}
	return f.invalidate(names)
}

// show notes what the kernel is told of a track, on which what it keeps has to agree.
func (f *FS) show(d *fetch.Download, now dentries.Shown) {
	key := d.Key()
	if f.shown.Note(key, now) {
		f.invalidations.addOutdated(key)
	}
	if d.Status().Revision != now.Revision { // and nobody may have been told, as nothing was noted
		f.invalidations.addTrack(key)
	}
}

// isOutdated reports whether the kernel was told something else of a track than is so.
func (f *FS) isOutdated(key string) bool {
	for _, d := range f.tree.listed() {
		if t := d.shows(key); t != nil {
			return f.shown.Compare(key, trackInfo{track: t, status: f.download(t).Status()}.shown())
		}
	}
	return false
}

// shown returns what the kernel is told of a track.
func (t trackInfo) shown() dentries.Shown {
	return dentries.Shown{Revision: t.status.Revision, Size: t.size(), Modified: t.modified()}
}

// namesOf returns the names of a track, wherever it is shown.
func (f *FS) namesOf(key string) (names []entryInvalidation) {
	for _, d := range f.tree.listed() {
		if t := d.shows(key); t != nil {
			names = append(names, entryInvalidation{d, t.Name})
		}
	}
	return names
}

// invalidate has the kernel look names up again: with all others, where it can. Else it
// waits for those who hold the lock of the folder, lest the kernel waits for it. It
// reports whether the kernel forgets all.
func (f *FS) invalidate(names []entryInvalidation) (all bool) {
	if len(names) == 0 {
		return false
	}
	if f.conn.kernel.Forget() {
		return true
	}
	for _, n := range names {
		n.folder.lock.Await(f.life.Context())
		for _, ino := range n.folder.inodes() {
			f.notifyEntry(ino, n.name)
		}
	}
	return false
}

// notifyEntry has the kernel look up a name of a folder again.
func (f *FS) notifyEntry(folder *gofs.Inode, name string) {
	errno := folder.NotifyEntry(name)
	if errno != 0 && errno != syscall.ENOENT { // ENOENT: it does not know the name
		f.log.Debug("cannot notify the kernel", "name", name, "error", errno)
	}
}
