package client

import (
	"context"
	"sync"
	"time"
)

// calls bounds how many calls of one sort are under way. A call on a mount may hang for
// as long as the process behind the mount does not answer, and nothing ends it: it is
// given up, and keeps its slot until it returns.
type calls struct {
	slots chan struct{} // one element for each call that is under way

	mu   sync.Mutex // guards what follows and every underway
	hung int        // how many were given up and have not returned
}

// An underway is a call that has a slot.
type underway struct {
	calls         *calls
	given, ending bool
}

func newCalls(most int) *calls { return &calls{slots: make(chan struct{}, most)} }

// enter waits for a slot. It fails at once where every slot is kept by a call that hangs.
func (c *calls) enter(ctx context.Context, timeout time.Duration) (*underway, error) {
	if c.stuck() {
		return nil, ErrHung
	}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case c.slots <- struct{}{}:
		return &underway{calls: c}, nil
	case <-timer.C:
		return nil, ErrHung
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// stuck reports whether all calls hang.
func (c *calls) stuck() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hung == cap(c.slots)
}

// leave says that the call has returned.
func (u *underway) leave() {
	u.calls.mu.Lock()
	defer u.calls.mu.Unlock()
	u.ending = true
	if u.given {
		u.calls.hung--
	}
	<-u.calls.slots
}

// giveUp says that nobody waits for the call any more.
func (u *underway) giveUp() {
	u.calls.mu.Lock()
	defer u.calls.mu.Unlock()
	if !u.ending {
		u.given = true
		u.calls.hung++
	}
}

// call has do run beside the caller, who waits until timeout or the end of ctx. do must
// write nothing that the caller reads: it may return at any time later.
func call[T any](ctx context.Context, c *calls, timeout time.Duration, do func() (T, error)) (T, error) {
	var none T
	u, err := c.enter(ctx, timeout)
	if err != nil {
		return none, err
	}
	type result struct {
		value T
		err   error
	}
	results := make(chan result, 1)
	go func() {
		defer u.leave()
		value, err := do()
		results <- result{value, err}
	}()
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case r := <-results:
		return r.value, r.err
	case <-timer.C:
		u.giveUp()
		return none, ErrHung
	case <-ctx.Done():
		u.giveUp()
		return none, context.Cause(ctx)
	}
}
