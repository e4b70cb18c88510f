package run

import (
	"context"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// lull is how long nothing may begin or end before the world goes on by itself.
const lull = 500 * time.Millisecond

// replayLull is lull of a run that keeps to an order: one step may be slower than it
// was, and only a step that waits for another out of order needs help.
const replayLull = 3 * time.Second

// A turn is what a step waits for.
type turn struct {
	readyLocked func() bool
	lull        time.Duration   // after which it no longer waits; 0 waits for ever
	skip        <-chan struct{} // closed when it need not wait any more; nil is never
}

// awaitTurn waits until a step of a worker, or of the world, is due. skip is turn's.
func (r *runner) awaitTurn(s plan.Step, skip <-chan struct{}) error {
	m, ordered := r.opt.Order[s.ID]
	t := turn{skip: skip}
	switch {
	case ordered:
		t.readyLocked, t.lull = func() bool { return r.reachedLocked(m.Before) }, replayLull
	case s.By == plan.World:
		t.readyLocked, t.lull = func() bool { return r.count >= s.After }, lull
	}
	if s.Do == plan.Heal {
		t.lull = max(t.lull, s.Signal)
	}
	if t.readyLocked != nil {
		if err := r.await(t); err != nil {
			return err
		}
	}
	if ordered {
		r.rest(r.latest(m.Before) + m.Gap - r.now())
	}
	if s.By == plan.World {
		return nil
	}
	used := r.of(s.By)
	return r.await(turn{readyLocked: func() bool { return used.up }})
}

// latest returns when the last of what is before a step began or ended.
func (r *runner) latest(before map[int]history.Point) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	var at time.Duration
	for _, p := range before {
		of := r.begun
		if p.Ended {
			of = r.ended
		}
		at = max(at, of[p.ID])
	}
	return at
}

// rest waits, at most until the end of the run.
func (r *runner) rest(d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.ctx.Done():
	}
}

// reachedLocked reports whether each actor has come as far as before says.
func (r *runner) reachedLocked(before map[int]history.Point) bool {
	for _, p := range before {
		of := r.begun
		if p.Ended {
			of = r.ended
		}
		if _, reached := of[p.ID]; !reached {
			return false
		}
	}
	return true
}

// await waits for a turn.
func (r *runner) await(t turn) error {
	var late <-chan time.Time
	timer := time.NewTimer(t.lull)
	defer timer.Stop()
	for {
		r.mu.Lock()
		ready, changed := t.readyLocked(), r.changed
		r.mu.Unlock()
		if ready {
			return nil
		}
		if t.lull > 0 {
			timer.Reset(t.lull)
			late = timer.C
		}
		select {
		case <-changed:
		case <-late:
			return nil
		case <-t.skip:
			return nil
		case <-r.ctx.Done():
			return context.Cause(r.ctx)
		}
	}
}

// beginStep notes that a step begins.
func (r *runner) beginStep(s plan.Step) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begun[s.ID] = r.now()
	r.log.Add(history.Event{At: r.begun[s.ID], Kind: history.Began, Step: s})
	r.changeLocked()
}

// endStep notes that a step has ended, and stops the run if something was found. Of the
// steps of workers those of the plan count.
func (r *runner) endStep(s plan.Step, a history.Answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended[s.ID] = r.now()
	r.log.Add(history.Event{At: r.ended[s.ID], Kind: history.Ended, Step: s, Answer: a})
	if s.By != plan.World && s.ID < firstCheck {
		r.count++
	}
	r.changeLocked()
	r.stopIfFound()
}
