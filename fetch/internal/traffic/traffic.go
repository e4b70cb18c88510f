// Package traffic owns the count of transfers that somebody waits for, by owner, so that
// what nobody waits for yet can stay out of their way.
//
// It must never know a transfer, a file or a host. Everything is in traffic.go.
package traffic

import (
	"slices"
	"sync"
)

// A Traffic is the transfers under way, of several owners. The zero value is ready to use.
type Traffic struct {
	mu      sync.Mutex // guards what follows
	count   map[any]int
	changed chan struct{} // closed and forgotten when an owner begins or ends; nil while nobody waits
}

// Begin notes that a transfer of owner begins. End must follow.
func (t *Traffic) Begin(owner any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.count == nil {
		t.count = make(map[any]int)
	}
	if t.count[owner]++; t.count[owner] == 1 {
		t.notifyLocked()
	}
}

// End notes that a transfer of owner has ended.
func (t *Traffic) End(owner any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.count[owner]--; t.count[owner] <= 0 {
		delete(t.count, owner)
		t.notifyLocked()
	}
}

// Others reports whether a transfer of anybody but the given owners is under way. changed
// is closed when that may be otherwise.
func (t *Traffic) Others(but ...any) (others bool, changed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.changed == nil {
		t.changed = make(chan struct{})
	}
	left := len(t.count)
	for i, owner := range but {
		if t.count[owner] > 0 && !slices.Contains(but[:i], owner) {
			left--
		}
	}
	return left > 0, t.changed
}

// notifyLocked tells those who wait for a change.
func (t *Traffic) notifyLocked() {
	if t.changed != nil {
		close(t.changed)
		t.changed = nil
	}
}
