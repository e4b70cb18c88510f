package fetch

import (
	"errors"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// loaded returns the download that has an entry, or nil.
func (s *Store) loaded(name string) *Download {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.downloads[name].Value()
}

// loadedEntry returns the entry of a download, once its record was read, or nil.
func (s *Store) loadedEntry(name string) *diskcache.Entry {
	d := s.loaded(name)
	if d == nil {
		return nil
	}
	d.loading.Do(d.load)
	return d.entry
}

// evict drops the bytes of an entry that nobody needs now, and returns how many
// they were, with those of its record. Without a key the entry is a download's, unless that is gone by now.
func (s *Store) evict(name, key string) int64 {
	d := s.loaded(name)
	switch {
	case d != nil:
	case key == "":
		return 0
	default:
		d = s.Download(Remote{Key: key, Size: -1})
	}
	d.loading.Do(d.load) // another may have begun to, who does not yet know whether it is paused
	return d.evict()
}

// evict drops what is held if nobody needs it now, and returns how much it was.
func (d *Download) evict() int64 {
	d.mu.Lock()
	needed := d.neededLocked()
	d.mu.Unlock()
	if needed {
		return 0 // no reason to wait for its files
	}
	d.entry.Lock()
	defer d.entry.Unlock()
	d.mu.Lock()
	if d.neededLocked() {
		d.mu.Unlock()
		return 0
	}
	held := d.content.held.Len() + d.entry.RecordSize()
	if d.recorder.evicted = d.state == Failed; !d.recorder.evicted { // it stays known why
		_ = d.transitionLocked(evEvict) // never refused in these states
	}
	d.discardLocked()
	d.notifyLocked()
	d.mu.Unlock()
	d.unlinkLocked()
	return held
}

// neededLocked reports whether the held bytes and the record are not to be dropped to make
// room. Those of a download that failed for want of space are: its transfers bring nothing
// more, and many of them would keep each other, and all that is read, from the cache for
// good. So is the record of one that failed and holds nothing.
func (d *Download) neededLocked() bool {
	switch {
	case len(d.readers)+len(d.waiters.list) > 0 || d.failure.untouchableLocked() != nil:
		return true
	case d.state == Failed:
		empty := d.content.held.Len() == 0 && len(d.transfers) == 0
		return !empty && !errors.Is(d.failure.err, ErrNoSpace)
	}
	return (d.state != Idle && d.state != Complete) || len(d.transfers) > 0
}

// full has the download fail for want of space. Whoever needs space next may have what
// it holds.
func (t *transfer) full(err error) {
	d := t.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.currentLocked(t.content) == nil && !t.validates {
		d.failLocked(err)
	}
}
