package client

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
)

// calls bounds how many calls of one sort run at the same time. A call on a mount may
// hang until the process behind the mount answers, and no signal ends it: it is abandoned,
// and keeps its slot until it returns.
type calls struct {
	slots chan struct{} // one element for each call that runs

	mu   sync.Mutex // guards hung and every slot
	hung int        // how many did not return in time, and have not returned since
}

// A slot is the right to make one call.
type slot struct {
	calls      *calls
	hung, free bool
}

func newCalls(most int) *calls { return &calls{slots: make(chan struct{}, most)} }

// enter waits for a slot. It fails at once if every slot is kept by a call that hangs.
func (c *calls) enter(ctx context.Context, timeout time.Duration) (*slot, error) {
	if c.stuck() {
		return nil, ErrHung
	}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case c.slots <- struct{}{}:
		return &slot{calls: c}, nil
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

// leave frees the slot: the call has returned.
func (s *slot) leave() {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	s.free = true
	if s.hung {
		s.calls.hung--
	}
	<-s.calls.slots
}

// late notes that the call did not return in time. One that its caller no longer wants is
// not late: the mount may be well.
func (s *slot) late() {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	if !s.free {
		s.hung = true
		s.calls.hung++
	}
}

// call is mounted.Call with a slot of c, for at most timeout once it has that.
func call[T any](ctx context.Context, c *calls, timeout time.Duration, do func() (T, error)) (T, error) {
	s, err := c.enter(ctx, timeout)
	if err != nil {
		var none T
		return none, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, ErrHung)
	defer cancel()
	value, err := mounted.Call(ctx, func() (T, error) {
		defer s.leave()
		return recovered(do)
	})
	if errors.Is(err, ErrHung) {
		s.late()
	}
	return value, err
}

// recovered calls do, and returns a panic as an error: the caller may have a terminal to
// give back before the program ends.
func recovered[T any](do func() (T, error)) (value T, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("tunesfs has a fault; please report it: %v\n%s", fault, debug.Stack())
		}
	}()
	return do()
}
