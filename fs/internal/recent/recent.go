// Package recent owns maps that remember the keys used last and forget the
// others, so that nothing that a mount remembers grows with its life.
//
// It must never know what its keys stand for.
//
// Open recent.go, the only file.
package recent

import "sync"

// Limit is how many keys a Map remembers at least, and half of how many it
// remembers at most.
const Limit = 10_000

// A Map remembers the values of the last Limit keys put into it. It can be used
// by several goroutines at a time. The zero value is empty.
type Map[V any] struct {
	mu    sync.Mutex   // guards what follows
	young map[string]V // of the keys that were put last
	old   map[string]V // young as it was when it was full; read only
	full  bool         // keys were forgotten
}

// Get returns the value of a key, if it is remembered.
func (m *Map[V]) Get(key string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.getLocked(key)
}

// Put gives a key a value, and returns the one before if it is remembered.
func (m *Map[V]) Put(key string, value V) (before V, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before, known = m.getLocked(key)
	if _, young := m.young[key]; !young && len(m.young) == Limit || m.young == nil {
		m.full = m.full || len(m.old) > 0
		m.young, m.old = map[string]V{}, m.young
	}
	m.young[key] = value
	return before, known
}

func (m *Map[V]) getLocked(key string) (V, bool) {
	if value, ok := m.young[key]; ok {
		return value, true
	}
	value, ok := m.old[key]
	return value, ok
}

// Remembers reports whether the map remembers every key that was ever put into it.
func (m *Map[V]) Remembers() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return !m.full
}
