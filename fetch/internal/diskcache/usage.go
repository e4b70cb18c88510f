package diskcache

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// usage is what a store holds on disk, download by download, and when it was
// last used. Names are those of records. A record counts beside the data that it
// tells of.
//
// The next session learns of a use from the record. Opening a file does not write it:
// a record tells of a use whenever it is written for another reason, when the store
// closes, and else if the last use that it tells of is an hour old, of writesPerMinute
// entries a minute. A backup that reads a whole library causes no more writes than that.
type usage struct {
	mu      sync.Mutex
	total   int64
	uses    uint64 // counts uses in this session
	entries map[string]entry
	writes  *rate.Limiter // of records that tell of a use and nothing else
}

// writesPerMinute is how many records are written a minute because of a use alone.
const writesPerMinute = 64

func newUsage() usage {
	return usage{writes: rate.NewLimiter(rate.Every(time.Minute/writesPerMinute), writesPerMinute)}
}

type entry struct {
	bytes   int64     // of its data
	unnamed int64     // of bytes: on disk, but not held
	record  int64     // that its record takes
	use     uint64    // by usage.uses, the last in this session; 0 if there was none
	used    time.Time // by the clock, which may have been wrong; it orders earlier sessions' uses alone
	written time.Time // the last use that the record tells of
}

// compare orders entries by use, least recently used first. Uses of this session are
// ordered by their count, and follow all those of earlier sessions: a time that
// these left in the future counts as now.
func (e entry) compare(o entry) int {
	return cmp.Or(cmp.Compare(e.use, o.use), e.used.Compare(o.used))
}

// coarse is how much older than it is a use may look to the next session after a crash,
// and closeCoarse after the store was closed.
const (
	coarse      = time.Hour
	closeCoarse = time.Minute
)

// change edits an entry, new ones from zero, and keeps the total.
func (u *usage) change(name string, edit func(*entry)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.entries == nil {
		u.entries = make(map[string]entry)
	}
	e := u.entries[name]
	before := e.bytes + e.record
	edit(&e)
	u.total += e.bytes + e.record - before
	if e.bytes+e.record <= 0 {
		delete(u.entries, name)
		return
	}
	u.entries[name] = e
}

// seen notes what a scan found on disk: what is known already is newer.
func (u *usage) seen(name string, bytes, record int64, used time.Time) {
	u.change(name, func(e *entry) {
		if e.bytes == 0 && bytes > 0 {
			*e = entry{bytes: bytes, record: e.record, used: used, written: used}
		}
		if e.record == 0 {
			e.record = record
		}
	})
}

// grow notes n more bytes of a download that is in use.
func (u *usage) grow(name string, n int64, now time.Time) {
	u.change(name, func(e *entry) {
		again := min(n, e.unnamed) // which count already
		e.unnamed -= again
		e.bytes, e.used, e.use = e.bytes+n-again, now, u.nextUseLocked()
	})
}

func (u *usage) nextUseLocked() uint64 {
	u.uses++
	return u.uses
}

// touch notes that a download is used, and reports whether its record is due for that.
func (u *usage) touch(name string, now time.Time) (due bool) {
	u.change(name, func(e *entry) {
		e.used, e.use = now, u.nextUseLocked()
		if age := now.Sub(e.written); (age > coarse || age < 0) && u.writes.AllowN(now, 1) {
			e.written, due = now, true
		}
	})
	return due
}

// recorded notes that a record tells of a use, and how much of the disk it takes: 0
// where it was removed.
func (u *usage) recorded(name string, used time.Time, record int64) {
	u.change(name, func(e *entry) {
		if e.written, e.record = used, record; e.bytes == 0 && e.use == 0 {
			e.use = u.nextUseLocked() // that of a record without data
		}
	})
}

// unrecord notes that the record is gone.
func (u *usage) unrecord(name string) { u.change(name, func(e *entry) { e.record = 0 }) }

// usedAt returns when a download was last used.
func (u *usage) usedAt(name string) time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.entries[name].used
}

// unrecorded returns when a download was last used if that is to be written down when
// the store closes, else the zero time.
func (u *usage) unrecorded(name string) time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	e := u.entries[name]
	if e.used.Sub(e.written).Abs() <= closeCoarse {
		return time.Time{}
	}
	return e.used
}

// set says how many bytes a download holds; what it held last is forgotten.
func (u *usage) set(name string, bytes int64, now time.Time) {
	u.change(name, func(e *entry) { e.bytes, e.unnamed, e.used, e.use = bytes, 0, now, u.nextUseLocked() })
}

// forget makes it nothing that is held.
func (u *usage) forget() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.entries, u.total = nil, 0
}

// of returns how many bytes a download holds, and how many its record takes.
func (u *usage) of(name string) (bytes, record int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.entries[name].bytes, u.entries[name].record
}

// held returns how many bytes the folder holds in all, records included.
func (u *usage) held() int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.total
}

// oldest returns the names of all entries, least recently used first. One may have a record
// alone, which takes space as well.
func (u *usage) oldest() []string {
	u.mu.Lock()
	entries := maps.Clone(u.entries)
	u.mu.Unlock()
	return slices.SortedFunc(maps.Keys(entries), func(a, b string) int {
		return cmp.Or(entries[a].compare(entries[b]), cmp.Compare(a, b))
	})
}

// lastUsed returns when the data of r was last used. A record that does not tell was
// written by a version that noted that as the time of the data's last change.
func (r Record) lastUsed(modified time.Time) time.Time {
	if r.Used.IsZero() {
		return modified
	}
	return r.Used
}
