package fetch

import (
	"fmt"
	"time"
)

// A stallGuard ends a request on which nothing moves.
type stallGuard struct {
	after time.Duration
	timer *time.Timer
}

func newStallGuard(after time.Duration, cancel func(error)) *stallGuard {
	err := fmt.Errorf("%w: nothing arrived for %v", ErrUnreachable, after)
	return &stallGuard{after, time.AfterFunc(after, func() { cancel(err) })}
}

func (g *stallGuard) moved() { g.timer.Reset(g.after) }
func (g *stallGuard) stop()  { g.timer.Stop() }
