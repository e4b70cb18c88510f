package clock

import (
	"context"
	"sync"
	"time"
)

const (
	// tick is how often a stopwatch looks whether the process still runs.
	tick = time.Second

	// stopped is how long after a tick the process has been stopped, and not merely
	// been late.
	stopped = 2 * tick
)

// A Stopwatch measures for how long the process could run. A stop, by SIGSTOP, a
// debugger or with a virtual machine, starts it again from zero: timers that were due
// during the stop all end at once after it, and say nothing of who was waited for.
// Its methods may be called concurrently.
type Stopwatch struct {
	limit  time.Duration // 0 for none
	expire func()        // called in a goroutine of its own once limit has passed

	mu    sync.Mutex // guards what follows
	count count
	timer *time.Timer
	rests bool
}

// WithTimeout returns a context that ends after a time in which the process could
// run. context.Cause then returns context.DeadlineExceeded; Err says that it was
// canceled. The caller calls cancel.
func WithTimeout(ctx context.Context, limit time.Duration) (limited context.Context, cancel context.CancelFunc) {
	limited, end := context.WithCancelCause(ctx)
	w := AfterFunc(max(limit, 0), func() { end(context.DeadlineExceeded) })
	return limited, func() { w.Stop(); end(nil) }
}

// A count is how far a stopwatch has come.
type count struct {
	began time.Time // when it was at zero
	seen  time.Time // when the process was last seen to run
	stops int       // of the process, since the last Reset
}

// at returns the count as it is at now.
func (c count) at(now time.Time) count {
	if now.Sub(c.seen) > stopped {
		c.began = now
		c.stops++
	}
	c.seen = now
	return c
}

func (c count) elapsed() time.Duration { return c.seen.Sub(c.began) }

// Start returns a stopwatch that runs until Stop.
func Start() *Stopwatch { return AfterFunc(0, nil) }

// AfterFunc returns a stopwatch that calls expire, in a goroutine of its own, once it
// has come to limit. Reset starts it again, also after that.
func AfterFunc(limit time.Duration, expire func()) *Stopwatch {
	w := &Stopwatch{limit: limit, expire: expire}
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	w.count = count{began: now, seen: now}
	w.timer = time.AfterFunc(w.nextLocked(), w.look)
	return w
}

// nextLocked returns how long to wait before the next look.
func (w *Stopwatch) nextLocked() time.Duration {
	if w.expire == nil {
		return tick
	}
	return min(tick, w.limit-w.count.elapsed())
}

// look sees that the process runs, and whether the time is up.
func (w *Stopwatch) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.rests {
		return
	}
	w.count = w.count.at(time.Now())
	if next := w.nextLocked(); next > 0 {
		w.timer.Reset(next)
		return
	}
	w.rests = true
	go w.expire()
}

// Elapsed returns for how long the process could run since Start, or since it went on
// after a stop.
func (w *Stopwatch) Elapsed() time.Duration {
	return w.now().elapsed()
}

// WasStopped reports whether the process was stopped since Start or the last Reset.
func (w *Stopwatch) WasStopped() bool { return w.now().stops > 0 }

func (w *Stopwatch) now() count {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.rests {
		w.count = w.count.at(time.Now())
	}
	return w.count
}

// Reset sets the stopwatch to zero and lets it run.
func (w *Stopwatch) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	w.count, w.rests = count{began: now, seen: now}, false
	w.timer.Reset(w.nextLocked())
}

// Stop ends the run. The limit is not reached before the next Reset.
func (w *Stopwatch) Stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rests = true
	w.timer.Stop()
}
