package cached

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// refreshes is how many listings are renewed at a time behind their readers'
// backs. Few: whoever waits for a first listing goes before.
const refreshes = 2

// maxQueue is how many listings may wait for their turn. More must ask again.
const maxQueue = 1000

// How long a listing that could not be renewed is left as it is: doubled with
// every failure in a row. The longest is how long the network may be back before
// who opens a folder notices.
const (
	minRetry = 30 * time.Second
	maxRetry = 5 * time.Minute
)

// A refresher renews expired listings in the background. Its goroutines exist
// only while there is work, and belong to tasks.
type refresher struct {
	tasks  *tasks
	renew  func(key) error
	memory *memory
	log    *slog.Logger

	mu      sync.Mutex // guards queue, workers and some fields of entries
	queue   []expiredListing
	workers int
}

// An expiredListing is a listing that waits to be renewed.
type expiredListing struct {
	key   key
	entry *entry
}

// want asks for a refresh, unless one is under way or failed not long ago.
func (r *refresher) want(k key, e *entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.waiting || len(r.queue) == maxQueue || time.Now().Before(e.retry) {
		return
	}
	if r.workers < refreshes {
		if !r.tasks.begin() {
			return
		}
		r.workers++
		go r.work()
	}
	e.waiting = true
	r.queue = append(r.queue, expiredListing{k, e})
}

func (r *refresher) work() {
	defer r.tasks.wg.Done()
	for {
		s, ok := r.next()
		if !ok {
			return
		}
		r.settle(s, r.renew(s.key))
	}
}

// next returns the next listing to renew. Where there is none, the goroutine
// that asks is no longer counted.
func (r *refresher) next() (expiredListing, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.queue) == 0 || r.tasks.ctx.Err() != nil {
		r.workers--
		return expiredListing{}, false
	}
	s := r.queue[0]
	r.queue = r.queue[1:]
	return s, true
}

func (r *refresher) settle(s expiredListing, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.entry.waiting = false
	if err == nil || r.tasks.ctx.Err() != nil {
		return
	}
	s.entry.failures++
	s.entry.failure = err
	s.entry.retry = retryAt(s.entry.failures, err)
	r.memory.prolong(s.key, s.entry)
	if s.entry.failures == 1 {
		r.log.Warn("a listing is out of date and could not be renewed", "listing", s.key.arg, "error", err)
	}
}

// failure returns why the entry of k could not be renewed when that was tried last, nil
// if it could or was not.
func (r *refresher) failure(k key) error {
	e := r.memory.get(k)
	if e == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return e.failure
}

// retryAt says when to try again after some failures in a row, the last of
// which was err.
func retryAt(failures int, err error) time.Time {
	wait := min(minRetry<<min(failures-1, 10), maxRetry)
	at := time.Now().Add(wait)
	if limited, ok := errors.AsType[*catalog.RateLimitError](err); ok && limited.Retry.After(at) {
		at = limited.Retry
	}
	return at
}
