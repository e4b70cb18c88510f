package fs

import (
	"sync"
	"time"
)

// settling is how long a track counts as restless.
const settling = time.Second

// restless knows the tracks of which an open gave ESTALE a moment ago. The zero
// value is ready.
type restless struct {
	mu    sync.Mutex // guards since
	since map[string]time.Time
}

func (r *restless) add(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.since == nil {
		r.since = map[string]time.Time{}
	}
	r.since[id] = time.Now()
}

func (r *restless) has(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	since, ok := r.since[id]
	if ok && time.Since(since) > settling {
		delete(r.since, id)
		return false
	}
	return ok
}
