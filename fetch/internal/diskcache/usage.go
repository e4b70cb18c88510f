package diskcache

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// usage is what a store holds on disk, download by download, and when it was
// last used. Names are those of records.
type usage struct {
	mu      sync.Mutex
	total   int64
	entries map[string]entry
}

type entry struct {
	bytes   int64
	used    time.Time
	written time.Time // the last use that the next session will know of
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
			*e = entry{bytes, used, used}
		}
	})
}

// grow notes n more bytes of a download that is in use.
func (u *usage) grow(name string, n int64, now time.Time) {
	u.change(name, func(e *entry) { e.bytes, e.used = e.bytes+n, now })
}

// touch notes that a download is used, and reports whether that should be written
// down for the next session.
func (u *usage) touch(name string, now time.Time) (due bool) {
	u.change(name, func(e *entry) {
		if e.used = now; now.Sub(e.written) > coarse {
			e.written, due = now, true
		}
	})
	return due
}

// set says how many bytes a download holds; what it held last is forgotten.
func (u *usage) set(name string, bytes int64, now time.Time) {
	u.change(name, func(e *entry) { e.bytes, e.used = bytes, now })
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
	type use struct {
		name string
		at   time.Time
	}
	u.mu.Lock()
	uses := make([]use, 0, len(u.entries))
	for name, e := range u.entries {
		uses = append(uses, use{name, e.used})
	}
	u.mu.Unlock()
	slices.SortFunc(uses, func(a, b use) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.name, b.name)) })
	names := make([]string, len(uses))
	for i, use := range uses {
		names[i] = use.name
	}
	return names
}
