package web

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/tunesfs/tunesfs/catalog"
)

// A Pace is how often a service may be called: Burst calls at once, and one
// more every Every. The zero Pace holds no call back.
type Pace struct {
	Burst int
	Every time.Duration
}

// How long to stay away after a refusal that does not say: a minute, which is
// how long services count, then longer while the refusals go on.
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

func newGate(p Pace) *gate {
	g := &gate{pause: minPause}
	if p != (Pace{}) {
		g.limiter = rate.NewLimiter(rate.Every(p.Every), p.Burst)
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
	reservation := g.limiter.Reserve()
	if err := g.wait(ctx, reservation.Delay()); err != nil {
		reservation.Cancel()
		return err
	}
	return g.open()
}

func (g *gate) wait(ctx context.Context, delay time.Duration) error {
	at := time.Now().Add(delay)
	if deadline, ok := ctx.Deadline(); ok && at.After(deadline) {
		return &catalog.RateLimitError{Retry: at}
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
