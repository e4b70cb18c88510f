package fetch

import (
	"path/filepath"
	"sync"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// removals are entries that were dropped to make room and may come back if the
// power goes, until their folders are synced: that is not waited for by who needs
// the room, and done once for all that went from a folder meanwhile.
type removals struct {
	mu      sync.Mutex
	folders map[string][]func(error)
	syncing bool // somebody sees to them
}

// add has done be called once what was removed at p is gone for good, or that
// could not be made sure. It reports whether somebody has to begin with that.
func (r *removals) add(p diskcache.Place, done func(error)) (begin bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.folders == nil {
		r.folders = make(map[string][]func(error))
	}
	folder := filepath.Dir(p.RecordPath())
	r.folders[folder] = append(r.folders[folder], done)
	begin, r.syncing = !r.syncing, true
	return begin
}

// next takes a folder that is to be synced; "" where there is none.
func (r *removals) next() (folder string, done []func(error)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for folder, done = range r.folders {
		delete(r.folders, folder)
		return folder, done
	}
	r.syncing = false
	return "", nil
}

// sync makes removals durable until there are no more.
func (r *removals) sync(files durable.Files) {
	for folder, list := r.next(); folder != ""; folder, list = r.next() {
		err := diskcache.SyncRemoved(files, folder)
		for _, done := range list {
			done(err)
		}
	}
}

// syncLater has done be called once what was removed at p is gone for good, or
// that could not be made sure: at once if the store closes.
func (s *Store) syncLater(p diskcache.Place, done func(error)) {
	work := func() { s.removals.sync(s.opt.files) }
	if s.removals.add(p, done) && !s.spawn(work) {
		work()
	}
}
