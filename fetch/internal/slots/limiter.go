// Package slots owns the connections' shares: how many transfers may go on to a
// host and in all, which of them come first, and how many connections pay for
// themselves. A caller that transfers bytes acquires a Slot of a Limiter.
//
// It must never know a request or a file. Open limiter.go first, then yield.go,
// which makes a host's background transfers yield to readers. The deciders in
// background.go, scaler.go and sample.go are pure. pace.go remembers how fast a
// host's connections were, and bounds how many probes of a host go on at once.
package slots

import (
	"context"
	"slices"
	"sync"
)

// A Limiter hands out slots to use a connection: so many to a host and so many
// in all. Slots on which a read is blocked come first, and may take one from a
// transfer on which none is; then those of the owner who has the fewest, and an
// owner who has none may take one from an owner who has several. Those that no
// reader waits for make way for others (background.go).
type Limiter struct {
	PerHost, Total int // slots to a host and in all; set before the first use

	mu          sync.Mutex
	running     []*Slot
	waiting     []*Slot
	owners      map[any]int    // slots that run, by owner
	hosts       map[string]int // and by host
	backgrounds map[string]*hostBackground
}

// A Priority is how urgent the bytes of a transfer are.
type Priority int

// The priorities, in rising order.
const (
	Background Priority = iota // no reader waits: it fills the file
	Finishing                  // no reader waits, but it is a probe whose bytes have begun to arrive
	Metadata                   // a size: first in line, but soon over
	Prefetch                   // a reader will need them soon
	Demand                     // a reader is blocked on them
)

// A Slot is the right to use one connection.
type Slot struct {
	Host    string
	Owner   any
	Preempt func() // asks the holder to give the slot back; does not block

	priority   Priority      // guarded by Limiter.mu, as are the next three
	pinned     bool          // it could not go on from where it ended
	background bool          // it counts as its host's background
	preempted  bool          // Preempt was called
	granted    chan struct{} // closed when the slot has come
}

// urgentLocked reports whether a reader waits for what the slot is for.
func (t *Slot) urgentLocked() bool { return t.priority > Background }

// preemptLocked asks the holder once to give the slot back.
func (t *Slot) preemptLocked() {
	if !t.preempted {
		t.preempted = true
		t.Preempt()
	}
}

// Acquire waits for t's slot, and calls waits first if it has to. On success
// release must follow.
func (l *Limiter) Acquire(ctx context.Context, t *Slot, waits func()) error {
	l.mu.Lock()
	t.granted, t.preempted = make(chan struct{}), false
	l.waiting = append(l.waiting, t)
	l.grantLocked(t.Host)
	l.mu.Unlock()
	select {
	case <-t.granted:
		return nil
	default:
		waits()
	}
	select {
	case <-t.granted:
		return nil
	case <-ctx.Done():
		l.Release(t)
		return context.Cause(ctx)
	}
}

// Release gives a slot back, or takes it out of the queue.
func (l *Limiter) Release(t *Slot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.Index(l.running, t); i >= 0 {
		l.running = slices.Delete(l.running, i, i+1)
		if l.hosts[t.Host]--; l.hosts[t.Host] == 0 {
			delete(l.hosts, t.Host)
		}
		if l.owners[t.Owner]--; l.owners[t.Owner] == 0 {
			delete(l.owners, t.Owner)
		}
	}
	l.waiting = slices.DeleteFunc(l.waiting, func(o *Slot) bool { return o == t })
	l.grantLocked(t.Host)
}

// SetPriority says how much what t brings is waited for from now on.
func (l *Limiter) SetPriority(t *Slot, u Priority) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.priority == u {
		return
	}
	if t.priority = u; t.Host != "" { // else it is not known yet where to
		l.grantLocked(t.Host)
	}
}

// grantLocked lets in whoever there is room for, and makes room for the urgent, after
// something has changed on host.
func (l *Limiter) grantLocked(host string) {
	l.yieldLocked(host)
	for {
		t := l.bestLocked()
		if t == nil {
			break
		}
		l.waiting = slices.DeleteFunc(l.waiting, func(o *Slot) bool { return o == t })
		l.running = append(l.running, t)
		if l.hosts == nil {
			l.hosts, l.owners = map[string]int{}, map[any]int{}
		}
		l.hosts[t.Host]++
		l.owners[t.Owner]++
		close(t.granted)
		l.yieldLocked(t.Host)
	}
	for _, t := range l.kindsLocked() {
		l.makeRoomLocked(t)
	}
}

// kindsLocked returns one waiting slot of each kind for which room can be made: for
// another of the same kind the answer would be the same.
func (l *Limiter) kindsLocked() []*Slot {
	type kind struct {
		host         string
		urgent, none bool
	}
	var of []*Slot
	seen, outside := make(map[kind]bool), l.outsideLocked()
	for _, t := range l.waiting {
		if k := (kind{t.Host, t.urgentLocked(), l.heldLocked(t.Owner) == 0}); !seen[k] && !outside(t) {
			seen[k] = true
			of = append(of, t)
		}
	}
	return of
}

// Share returns how many slots on host owner could have now, those that it has
// counted: all that are free, as long as nobody waits for one.
func (l *Limiter) Share(owner any, host string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	held := l.heldLocked(owner)
	for _, t := range l.waiting {
		if t.Owner != owner {
			return held
		}
	}
	free := min(l.PerHost-l.hosts[host], l.Total-len(l.running))
	if p := l.backgrounds[host]; p != nil && !l.neededLocked()[owner] {
		free = min(free, p.limit-p.others)
	}
	return held + max(free, 0)
}

// bestLocked returns the waiting slot to grant next, nil where there is room for none.
func (l *Limiter) bestLocked() *Slot {
	if len(l.running) >= l.Total {
		return nil
	}
	var best *Slot
	outside := l.outsideLocked()
	for _, t := range l.waiting {
		if l.hosts[t.Host] < l.PerHost && !outside(t) && (best == nil || l.beforeLocked(t, best)) {
			best = t
		}
	}
	return best
}

func (l *Limiter) beforeLocked(a, b *Slot) bool {
	if a.urgentLocked() != b.urgentLocked() {
		return a.urgentLocked()
	}
	return l.heldLocked(a.Owner) < l.heldLocked(b.Owner)
}

// heldLocked returns how many slots owner has.
func (l *Limiter) heldLocked(owner any) int {
	return l.owners[owner]
}

// makeRoomLocked asks one transfer that stands in t's way to give up its slot: any on
// which no read is blocked if one is on t, else one of an owner who has several
// while t's has none. The youngest goes first: it has brought the least. Those that
// could not go on from where they ended go last.
func (l *Limiter) makeRoomLocked(t *Slot) {
	full := l.hosts[t.Host] >= l.PerHost
	for _, o := range slices.Backward(l.running) {
		soon := o.preempted || o.priority == Finishing && t.priority == Metadata
		if soon && (o.Host == t.Host || !full) {
			return // room is being made already
		}
	}
	for _, pinned := range []bool{false, true} {
		for _, o := range slices.Backward(l.running) {
			yields := t.urgentLocked() || (l.heldLocked(t.Owner) == 0 && l.heldLocked(o.Owner) > 1)
			if o.pinned == pinned && yields && !o.urgentLocked() && (o.Host == t.Host || !full) {
				o.preemptLocked()
				return
			}
		}
	}
}
