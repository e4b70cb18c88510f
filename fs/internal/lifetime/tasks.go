package lifetime

import "sync"

// tasks owns goroutines. The zero value is ready.
type tasks struct {
	mu     sync.Mutex // guards closed, and all.Go against all.Wait
	closed bool
	all    sync.WaitGroup
}

// start runs fn in a goroutine of its own and reports whether it did: it does
// not once the tasks are closed.
func (t *tasks) start(fn func()) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return false
	}
	t.all.Go(fn)
	return true
}

// close keeps new tasks from starting and waits for the running ones.
func (t *tasks) close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.all.Wait()
}
