package fetch

import (
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// reclaim drops the bytes of a download that nobody needs now, and returns how
// many they were.
func (s *Store) reclaim(name string) int64 {
	s.mu.Lock()
	d := s.downloads[name].Value()
	s.mu.Unlock()
	if d == nil {
		p := s.placeOf(name)
		r, err := diskcache.ReadRecord(p.RecordPath())
		if diskcache.Damaged(err) {
			return s.dropOrphan(p)
		}
		if err != nil {
			return 0
		}
		d = s.Download(Remote{Key: r.Key, Size: -1})
	}
	d.loading.Do(d.load) // another may have begun to, who does not yet know whether it is paused
	return d.reclaim()
}

// dropOrphan removes data that no record tells of, left by a process that was
// killed, and returns how much it was. Who begins the download meanwhile waits.
func (s *Store) dropOrphan(p diskcache.Place) (freed int64) {
	if !s.beginDrop(p.Name) {
		return 0
	}
	defer s.endDrop(p.Name)
	if !unneeded(diskcache.ReadRecord(p.RecordPath())) {
		return 0 // a download has had it since
	}
	freed = p.Allocated()
	if err := p.Clear(false); err != nil {
		s.log.Warn("cannot drop data without a record", "name", p.Name, "err", err)
		return 0
	}
	s.usage.Set(p.Name, 0, time.Time{})
	return freed
}

// unneeded reports whether a record, or the lack of one, that was read with err
// says of its data that it is of no use.
func unneeded(r diskcache.Record, err error) bool {
	return diskcache.Damaged(err) || err == nil && r.Worthless()
}

// beginDrop reports whether an entry may be dropped that is no download's: nobody
// has begun that. endDrop must follow.
func (s *Store) beginDrop(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.downloads[name].Value() != nil || s.orphans[name] != nil {
		return false
	}
	s.orphans[name] = make(chan struct{})
	return true
}

func (s *Store) endDrop(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.orphans[name])
	delete(s.orphans, name)
}

// awaitDrop waits until nothing is dropped at a name that a download has now.
func (s *Store) awaitDrop(name string) {
	s.mu.Lock()
	dropped := s.orphans[name]
	s.mu.Unlock()
	if dropped != nil {
		<-dropped
	}
}

// reclaim drops what is held if nobody needs it now, and returns how much it was.
func (d *Download) reclaim() int64 {
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
	held := d.content.held.Len()
	_ = d.transitionLocked(evEvict) // never refused in these states
	d.discardLocked()
	d.notifyLocked()
	d.mu.Unlock()
	if err := d.unlinkLocked(false); err != nil {
		d.store.log.Warn("cannot drop a cache entry", "key", d.key, "err", err)
		return 0
	}
	return held
}

// neededLocked reports whether what is held is not to be dropped to make room. d.mu is
// held.
func (d *Download) neededLocked() bool {
	return (d.state != Idle && d.state != Complete) || len(d.readers)+len(d.transfers)+len(d.waiters.list) > 0 || d.failure.broken != nil
}
