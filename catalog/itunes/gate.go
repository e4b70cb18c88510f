package itunes

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/tunesfs/tunesfs/catalog"
)

// Apple allows about 20 calls a minute and answers more with a bare 403. These
// two let no minute ever see more: a burst, and what is refilled during it.
const (
	callBurst = 5
	callEvery = 4 * time.Second
)

// How long to stay away after a refusal that does not say: a minute, which is
// how long Apple counts, then longer while the refusals go on.
const (
	minPause = time.Minute
	maxPause = 10 * time.Minute
)

// A gate holds calls back so that the service does not refuse them, and stops
// them altogether for a while once it has.
type gate struct {
	limiter *rate.Limiter // nil: calls are not counted

	mu    sync.Mutex    // guards what follows
	until time.Time     // no call before
	pause time.Duration // of the next refusal that does not say
}

// newGate returns a gate for calls to host. Only Apple's is known to count.
func newGate(host string) *gate {
	g := &gate{pause: minPause}
	if isApple(host) {
		g.limiter = rate.NewLimiter(rate.Every(callEvery), callBurst)
	}
	return g
}

// enter waits until a call may be made. Where ctx would end first, or the
// service has asked to be left alone, it fails at once with a RateLimitError:
// to say when to come back is better than to hang till then.
func (g *gate) enter(ctx context.Context) error {
	if err := g.open(); err != nil {
		return err
	}
	if g.limiter == nil {
		return ctx.Err()
	}
	slot := g.limiter.Reserve()
	if err := g.wait(ctx, slot.Delay()); err != nil {
		slot.Cancel()
		return err
	}
	return g.open()
}

func (g *gate) wait(ctx context.Context, delay time.Duration) error {
	turn := time.Now().Add(delay)
	if deadline, ok := ctx.Deadline(); ok && turn.After(deadline) {
		return &catalog.RateLimitError{Retry: turn}
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// open fails while the service wants to be left alone.
func (g *gate) open() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Now().Before(g.until) {
		return &catalog.RateLimitError{Retry: g.until}
	}
	return nil
}

// refused closes the gate for as long as the service said; 0 means that it did
// not say. It returns the error for the call that met the refusal.
func (g *gate) refused(wait time.Duration) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if wait == 0 && !now.Before(g.until) { // of calls refused together, the first counts
		wait = g.pause
		g.pause = min(2*g.pause, maxPause)
	}
	if until := now.Add(wait); until.After(g.until) {
		g.until = until
	}
	return &catalog.RateLimitError{Retry: g.until}
}

// succeeded forgets earlier refusals.
func (g *gate) succeeded() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pause = minPause
}
