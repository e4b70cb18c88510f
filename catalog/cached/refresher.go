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

// maxRenewals is how many listings are known to wait or to have failed. Those that
// wait are fewer, and none of them is forgotten.
const maxRenewals = 2 * maxQueue

// A refresher renews expired listings in the background. Its goroutines exist
// only while there is work, and belong to tasks.
type refresher struct {
	tasks  *tasks
	renew  func(key) error
	memory *memory
	log    *slog.Logger

	mu       sync.Mutex // guards what follows
	queue    []key
	renewals map[key]*renewal
	workers  int
}

// A renewal is what a refresher knows of a listing. It does not hold the listing, so
// that memory is free to evict that, and it outlasts it there.
type renewal struct {
	waiting  bool      // for its turn or its response
	failures int       // in a row
	failure  error     // the last one
	retry    time.Time // no refresh before
}

// want asks for a refresh, unless one is under way or failed not long ago.
func (r *refresher) want(k key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.renewals[k]
	if len(r.queue) == maxQueue || n != nil && (n.waiting || time.Now().Before(n.retry)) {
		return
	}
	if r.workers < refreshes {
		if !r.tasks.begin() {
			return
		}
		r.workers++
		go r.work()
	}
	if n == nil {
		n = r.addLocked(k)
	}
	n.waiting = true
	r.queue = append(r.queue, k)
}

// addLocked returns a new renewal of k. Where there are too many it forgets the one
// that may be tried again soonest.
func (r *refresher) addLocked(k key) *renewal {
	if len(r.renewals) >= maxRenewals {
		var soonest key
		var found *renewal
		for k, n := range r.renewals {
			if !n.waiting && (found == nil || n.retry.Before(found.retry)) {
				soonest, found = k, n
			}
		}
		delete(r.renewals, soonest)
	}
	if r.renewals == nil {
		r.renewals = map[key]*renewal{}
	}
	n := &renewal{}
	r.renewals[k] = n
	return n
}

func (r *refresher) work() {
	defer r.tasks.wg.Done()
	for {
		k, ok := r.next()
		if !ok {
			return
		}
		r.settle(k, r.renew(k))
	}
}

// next returns the next listing to renew. Where there is none, the goroutine
// that asks is no longer counted.
func (r *refresher) next() (key, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.queue) == 0 || r.tasks.ctx.Err() != nil {
		r.workers--
		return key{}, false
	}
	k := r.queue[0]
	r.queue = r.queue[1:]
	return k, true
}

// settle notes how a refresh ended.
func (r *refresher) settle(k key, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.renewals[k]
	n.waiting = false
	if r.tasks.ctx.Err() != nil {
		return
	}
	if e := r.memory.get(k); err == nil || e != nil && !e.expired() { // a user may have refreshed it since
		delete(r.renewals, k)
		return
	}
	n.failures++
	n.failure = err
	n.retry = retryAt(n.failures, err)
	r.memory.prolong(k)
	if n.failures == 1 {
		r.log.Warn("a listing is out of date and could not be renewed", "listing", k.arg, "error", err)
	}
}

// renewed notes that the service has just sent the listing of k.
func (r *refresher) renewed(k key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch n := r.renewals[k]; {
	case n == nil:
	case n.waiting:
		*n = renewal{waiting: true}
	default:
		delete(r.renewals, k)
	}
}

// failure returns why the listing of k could not be renewed when that was tried last,
// nil if it could or was not.
func (r *refresher) failure(k key) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := r.renewals[k]; n != nil {
		return n.failure
	}
	return nil
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
