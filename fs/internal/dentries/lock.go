package dentries

import (
	"context"
	"sync"
	"time"
)

// A Lock knows whether requests are under way for which the kernel holds the lock of a
// folder. It can be used by several goroutines at a time. The zero value has none.
type Lock struct {
	mu       sync.Mutex    // guards what follows
	requests int           // under way
	released chan struct{} // closed when there are none; nil if nobody waits for that
}

// Hold says that a request has begun. The caller calls release when it has ended.
func (l *Lock) Hold() (release func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests++
	return l.release
}

func (l *Lock) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.requests--; l.requests == 0 && l.released != nil {
		close(l.released)
		l.released = nil
	}
}

// IsHeld reports whether a request is under way.
func (l *Lock) IsHeld() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.requests > 0
}

// lockTimeout is how long a folder that is never without a request is waited for.
const lockTimeout = 5 * time.Second

// Await returns when no request is under way, when ctx ends, or after 5 s.
func (l *Lock) Await(ctx context.Context) {
	l.mu.Lock()
	if l.requests == 0 {
		l.mu.Unlock()
		return
	}
	if l.released == nil {
		l.released = make(chan struct{})
	}
	released := l.released
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, lockTimeout)
	defer cancel()
	select {
	case <-released:
	case <-ctx.Done():
	}
}

// Awaited reports whether somebody waits for the end of the requests.
func (l *Lock) Awaited() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.released != nil
}
