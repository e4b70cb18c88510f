package cached

import (
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/patrickmn/go-cache"

	"github.com/tunesfs/tunesfs/catalog"
)

// An entry is a listing in memory. All but its atomic fields stays as it was made.
type entry struct {
	listing catalog.Listing
	gone    []binding
	weight  int           // in bytes
	pages   int           // that were added to the first
	saved   int           // rows that it had when it was last written to disk
	used    atomic.Uint64 // by memory.clock, when last
	noted   atomic.Int64  // when the disk last heard of a use, in nanoseconds since 1970
}

// useEvery is how often a listing that is used from memory counts as used on disk.
const useEvery = time.Minute

// isIdle reports whether the disk has not heard of a use of e for a while, and
// counts this one.
func (e *entry) isIdle(now time.Time) bool {
	last := e.noted.Load()
	return now.UnixNano()-last >= int64(useEvery) && e.noted.CompareAndSwap(last, now.UnixNano())
}

func (e *entry) expired() bool { return !time.Now().Before(e.listing.Expires) }

// newEntry returns the entry of a listing.
func newEntry(l catalog.Listing, gone []binding) *entry {
	return &entry{listing: l, gone: gone, weight: weigh(l, gone)}
}

// weigh returns about how many bytes a listing and its bindings take in memory.
func weigh(l catalog.Listing, gone []binding) int {
	n := overhead + len(l.Next)
	for _, f := range l.Folders {
		n += int(unsafe.Sizeof(f)) + f.TextLen()
	}
	for _, t := range l.Tracks {
		n += int(unsafe.Sizeof(t)) + t.TextLen()
	}
	for _, b := range gone {
		n += int(unsafe.Sizeof(b)) + len(b.ID) + len(b.Name)
	}
	return n
}

// overhead of an entry, in bytes. It bounds how many empty listings there are.
const overhead = 16 << 10

// A memory holds entries until they are neither fresh nor used for a while, or
// until there are too many. The cache ends none of them itself: it would compare
// times by the wall clock, and a jump of that would end all or none.
type memory struct {
	cache *cache.Cache
	ttl   time.Duration
	max   int           // of all weights, in bytes; the newest entry stays in any case
	clock atomic.Uint64 // counts uses

	mu sync.Mutex // makes check and change one step
}

// An item is what the cache has of a key.
type item struct {
	entry *entry
	until time.Time // with a monotonic reading
}

func newMemory(ttl time.Duration, max int) *memory {
	// Without a janitor: go-cache ends its goroutine by a finalizer only.
	return &memory{cache: cache.New(cache.NoExpiration, 0), ttl: ttl, max: max}
}

// get returns the entry of k, or nil.
func (m *memory) get(k key) *entry {
	v, ok := m.cache.Get(k.String())
	if !ok || time.Now().After(v.(item).until) {
		return nil
	}
	e := v.(item).entry
	e.used.Store(m.clock.Add(1))
	return e
}

// put makes e the entry of k.
func (m *memory) put(k key, e *entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.setLocked(k, e)
}

// add makes e the entry of k unless there is one, and returns what there is.
func (m *memory) add(k key, e *entry) *entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	if is := m.get(k); is != nil {
		return is
	}
	m.setLocked(k, e)
	return e
}

// prolong keeps the entry of k, if there is one, for as long as a new one.
func (m *memory) prolong(k key) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.get(k); e != nil {
		m.setLocked(k, e)
	}
}

// setLocked makes e the entry of k and evicts others where there are too many.
func (m *memory) setLocked(k key, e *entry) {
	now := time.Now()
	e.used.Store(m.clock.Add(1))
	m.cache.SetDefault(k.String(), item{e, now.Add(m.ttl)})
	m.evictLocked(now)
}

// evictLocked evicts the entries whose time is up, and those that were not used for
// longest, until all weigh at most max.
func (m *memory) evictLocked(now time.Time) {
	all := map[string]*entry{}
	sum := 0
	for k, cached := range m.cache.Items() {
		i := cached.Object.(item)
		if now.After(i.until) {
			m.cache.Delete(k)
			continue
		}
		all[k] = i.entry
		sum += i.entry.weight
	}
	for sum > m.max && len(all) > 1 {
		oldest := ""
		for k, e := range all {
			if oldest == "" || e.used.Load() < all[oldest].used.Load() {
				oldest = k
			}
		}
		sum -= all[oldest].weight
		delete(all, oldest)
		m.cache.Delete(oldest)
	}
}
