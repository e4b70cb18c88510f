package fetch

import (
	"sync"
	"time"
)

// silentFor is how long a host is not asked about other files after it has left one
// question without an answer: an album plays offline without a pause between tracks.
const silentFor = time.Minute

// maxSilent is how many silent hosts are remembered.
const maxSilent = 1024

// A silence remembers the hosts that did not answer.
type silence struct {
	mu    sync.Mutex
	since map[string]time.Time // by host
}

// note notes that a host did not answer. The same silence may be noted twice: by those
// who left and, later, by the request itself.
func (s *silence) note(host string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if since, known := s.since[host]; known && now.Sub(since) < silentFor {
		return
	}
	if s.since == nil || len(s.since) >= maxSilent {
		s.since = make(map[string]time.Time)
	}
	s.since[host] = now
}

// has reports whether a host did not answer a short while ago.
func (s *silence) has(host string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	since, known := s.since[host]
	return known && now.Sub(since) < silentFor
}
