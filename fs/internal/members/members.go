// Package members owns sets whose members come and go at any time, and the
// moment at which one goes.
//
// It must never know what its members are.
//
// Open members.go, the only file.
package members

import "sync"

// A Set can be used by several goroutines at a time. The zero value is empty.
type Set[T comparable] struct {
	mu   sync.Mutex // guards what follows
	all  map[T]struct{}
	left chan struct{} // closed when one is removed; nil if no one waits for that
}

// Add adds a member, and reports whether it was none before.
func (s *Set[T]) Add(one T) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.all[one]; ok {
		return false
	}
	if s.all == nil {
		s.all = map[T]struct{}{}
	}
	s.all[one] = struct{}{}
	return true
}

// Any reports whether there is a member.
func (s *Set[T]) Any() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.all) > 0
}

// Remove removes a member.
func (s *Set[T]) Remove(one T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, one)
	if s.left != nil {
		close(s.left)
		s.left = nil
	}
}

// Leaving returns a channel that is closed when the next member is removed.
func (s *Set[T]) Leaving() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left == nil {
		s.left = make(chan struct{})
	}
	return s.left
}

// Each calls do, which may not change the set, with every member.
func (s *Set[T]) Each(do func(T)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for one := range s.all {
		do(one)
	}
}
