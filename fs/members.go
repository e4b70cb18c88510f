package fs

import "sync"

// members is a set that anyone may change at any time. The zero value is empty.
type members[T comparable] struct {
	mu   sync.Mutex // guards what follows
	all  map[T]struct{}
	left chan struct{} // closed when one is removed; nil if nobody waits for that
}

func (m *members[T]) add(one T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all == nil {
		m.all = map[T]struct{}{}
	}
	m.all[one] = struct{}{}
}

func (m *members[T]) remove(one T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.all, one)
	if m.left != nil {
		close(m.left)
		m.left = nil
	}
}

// leaving returns a channel that is closed when the next member is removed.
func (m *members[T]) leaving() <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left == nil {
		m.left = make(chan struct{})
	}
	return m.left
}

// each calls do, which may not change the set, with every member.
func (m *members[T]) each(do func(T)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for one := range m.all {
		do(one)
	}
}
