// Package idle knows which folders of a tree were not used for longest, so that those
// can be forgotten where there are many.
//
// It must never know what a folder is.
//
// Open idle.go first; pause.go says how often that is tried where it has no effect.
package idle

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"
)

// After is how long a folder was not used that is idle.
const After = time.Second

// A Tree counts what is known of folders that lie within each other. It can be used by
// several goroutines at a time. The zero value is empty.
type Tree[T comparable] struct {
	mu  sync.Mutex // guards what follows
	all map[T]*folder[T]
	sum int
}

type folder[T comparable] struct {
	above T
	depth int // how many folders it lies in
	size  int
	used  time.Time
}

// Use notes that a folder is used, and that it grew by some size. It lies in above, if
// that is in the tree, and its depth is greater than that of above.
func (t *Tree[T]) Use(one, above T, depth, grown int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.all[one]
	if f == nil {
		if t.all == nil {
			t.all = map[T]*folder[T]{}
		}
		f = &folder[T]{above: above, depth: depth}
		t.all[one] = f
	}
	f.size, f.used = f.size+grown, time.Now()
	t.sum += grown
}

// Resize notes the size that a folder has now. Unknown folders stay unknown.
func (t *Tree[T]) Resize(one T, size int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f := t.all[one]; f != nil {
		t.sum += size - f.size
		f.size = size
	}
}

// Remove forgets a folder.
func (t *Tree[T]) Remove(one T) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f := t.all[one]; f != nil {
		t.sum -= f.size
		delete(t.all, one)
	}
}

// Size returns the sizes of all folders together.
func (t *Tree[T]) Size() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sum
}

// All returns the folders in no order.
func (t *Tree[T]) All() []T {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Collect(maps.Keys(t.all))
}

// Oldest returns the folders without which the others have at most some size: those that
// were not used for longest, and no others than idle ones. A folder is used when one is
// that lies in it, and follows those that do.
func (t *Tree[T]) Oldest(keep int) (oldest []T) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	used := t.usedLocked()
	for one, at := range used {
		if now.Sub(at) >= After {
			oldest = append(oldest, one)
		}
	}
	slices.SortFunc(oldest, func(a, b T) int {
		return cmp.Or(used[a].Compare(used[b]), t.all[b].depth-t.all[a].depth)
	})
	rest := t.sum
	for i, one := range oldest {
		if rest <= keep {
			return oldest[:i]
		}
		rest -= t.all[one].size
	}
	return oldest
}

// usedLocked returns when each folder or what lies in it was last used.
func (t *Tree[T]) usedLocked() map[T]time.Time {
	used := make(map[T]time.Time, len(t.all))
	for one, f := range t.all {
		at := f.used
		for used[one].Before(at) {
			used[one] = at
			if one = t.all[one].above; t.all[one] == nil {
				break
			}
		}
	}
	return used
}
