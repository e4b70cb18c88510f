package diskcache

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"
)

// usage is what a store holds on disk, download by download, and when it was
// last used. Names are those of records.
type usage struct {
	mu      sync.Mutex
	total   int64
	uses    uint64 // counts uses in this session
	entries map[string]entry
}

type entry struct {
	bytes   int64
	use     uint64    // by usage.uses, the last in this session; 0 if there was none
	used    time.Time // by the clock, which may have been wrong; it orders earlier sessions' uses alone
	written time.Time // the last use that the next session will know of
}

// compare orders entries by use, least recently used first. Uses of this session are
// ordered by their count, and follow all those of earlier sessions: a time that
// these left in the future counts as now.
func (e entry) compare(o entry) int {
	return cmp.Or(cmp.Compare(e.use, o.use), e.used.Compare(o.used))
}

// coarse is how much older than it is a use may look to the next session: to
// write down each would cost more than opening a small file does.
const coarse = time.Minute

// change edits an entry, new ones from zero, and keeps the total.
func (u *usage) change(name string, edit func(*entry)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.entries == nil {
		u.entries = make(map[string]entry)
	}
	e := u.entries[name]
	before := e.bytes
	edit(&e)
	u.total += e.bytes - before
	if e.bytes <= 0 {
		delete(u.entries, name)
		return
	}
	u.entries[name] = e
}

// seen notes what a scan found on disk: what is known already is newer.
func (u *usage) seen(name string, bytes int64, used time.Time) {
	u.change(name, func(e *entry) {
		if e.bytes == 0 {
			*e = entry{bytes: bytes, used: used, written: used}
		}
	})
}

// grow notes n more bytes of a download that is in use.
func (u *usage) grow(name string, n int64, now time.Time) {
	u.change(name, func(e *entry) { e.bytes, e.used, e.use = e.bytes+n, now, u.nextUseLocked() })
}

func (u *usage) nextUseLocked() uint64 {
	u.uses++
	return u.uses
}

// touch notes that a download is used, and reports whether that should be written
// down for the next session.
func (u *usage) touch(name string, now time.Time) (due bool) {
	u.change(name, func(e *entry) {
		e.used, e.use = now, u.nextUseLocked()
		if age := now.Sub(e.written); age > coarse || age < 0 {
			e.written, due = now, true
		}
	})
	return due
}

// set says how many bytes a download holds; what it held last is forgotten.
func (u *usage) set(name string, bytes int64, now time.Time) {
	u.change(name, func(e *entry) { e.bytes, e.used, e.use = bytes, now, u.nextUseLocked() })
}

// forget makes it nothing that is held.
func (u *usage) forget() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.entries, u.total = nil, 0
}

// of returns how many bytes a download holds.
func (u *usage) of(name string) int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.entries[name].bytes
}

// held returns how many bytes the folder holds in all.
func (u *usage) held() int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.total
}

// oldest returns the names of all entries, least recently used first.
func (u *usage) oldest() []string {
	u.mu.Lock()
	entries := maps.Clone(u.entries)
	u.mu.Unlock()
	return slices.SortedFunc(maps.Keys(entries), func(a, b string) int {
		return cmp.Or(entries[a].compare(entries[b]), cmp.Compare(a, b))
	})
}
