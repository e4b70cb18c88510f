package fetch

import (
	"sync"
	"time"
)

// logEvery is how often a failure that goes on is logged, whichever downloads meet it.
const logEvery = time.Minute

// A logLimit lets one line of a kind through every logEvery. The zero value is ready
// to use.
type logLimit struct {
	mu      sync.Mutex // guards what follows
	last    time.Time
	skipped int // lines since then
}

// next reports whether a line may be written at now, and how many were not since the
// last that was.
func (l *logLimit) next(now time.Time) (skipped int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.last.IsZero() && now.Sub(l.last) < logEvery {
		l.skipped++
		return 0, false
	}
	skipped = l.skipped
	l.last, l.skipped = now, 0
	return skipped, true
}

// unrecorded logs why a download could not be recorded. On a full disk each download
// tries again every few seconds.
func (s *Store) unrecorded(key string, err error) {
	if skipped, ok := s.recordLog.next(time.Now()); ok {
		s.log.Warn("cannot record a download", "key", key, "err", err, "skipped", skipped)
	}
}
