package fetch

import (
	"context"
	"slices"
	"sync"
)

// A limiter hands out turns to use a connection: so many to a host and so many
// in all. Turns on which a read is blocked come first, and may take one from a
// transfer on which none is; then those of the owner who has the fewest, and an
// owner who has none may take one from an owner who has several. Those that no
// reader waits for make way for others (crowd.go).
type limiter struct {
	perHost, total int

	mu      sync.Mutex
	running []*turn
	waiting []*turn
	owners  map[any]int    // turns that run, by owner
	hosts   map[string]int // and by host
	presses map[string]*press
}

// A turn is the right to use one connection.
type turn struct {
	host    string
	owner   any
	preempt func() // asks the holder to give the turn back; does not block

	urgency urgency       // guarded by limiter.mu, as are pinned, spare and asked
	pinned  bool          // it could not go on from where it ended
	spare   bool          // it is of its host's crowd
	asked   bool          // preempt was called
	granted chan struct{} // closed when the turn has come
}

func (t *turn) urgent() bool { return t.urgency > unhurried }

// ask asks the holder once to give the turn back.
func (t *turn) ask() {
	if !t.asked {
		t.asked = true
		t.preempt()
	}
}

// acquire waits for t's turn, and calls waits first if it has to. On success
// release must follow.
func (l *limiter) acquire(ctx context.Context, t *turn, waits func()) error {
	l.mu.Lock()
	t.granted, t.asked = make(chan struct{}), false
	l.waiting = append(l.waiting, t)
	l.grant(t.host)
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
		l.release(t)
		return context.Cause(ctx)
	}
}

// release gives a turn back, or takes it out of the queue.
func (l *limiter) release(t *turn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.Index(l.running, t); i >= 0 {
		l.running = slices.Delete(l.running, i, i+1)
		if l.hosts[t.host]--; l.hosts[t.host] == 0 {
			delete(l.hosts, t.host)
		}
		if l.owners[t.owner]--; l.owners[t.owner] == 0 {
			delete(l.owners, t.owner)
		}
	}
	l.waiting = slices.DeleteFunc(l.waiting, func(o *turn) bool { return o == t })
	l.grant(t.host)
}

// hurry says how much what t brings is waited for from now on.
func (l *limiter) hurry(t *turn, u urgency) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.urgency == u {
		return
	}
	if t.urgency = u; t.host != "" { // else it is not known yet where to
		l.grant(t.host)
	}
}

// grant lets in whoever there is room for, and makes room for the urgent, after
// something has changed on host. l.mu is held.
func (l *limiter) grant(host string) {
	l.press(host)
	for {
		t := l.best()
		if t == nil {
			break
		}
		l.waiting = slices.DeleteFunc(l.waiting, func(o *turn) bool { return o == t })
		l.running = append(l.running, t)
		if l.hosts == nil {
			l.hosts, l.owners = map[string]int{}, map[any]int{}
		}
		l.hosts[t.host]++
		l.owners[t.owner]++
		close(t.granted)
		l.press(t.host)
	}
	for _, t := range l.kinds() {
		l.makeRoom(t)
	}
}

// kinds returns one waiting turn of each kind for which room can be made: for
// another of the same kind the answer would be the same.
func (l *limiter) kinds() []*turn {
	type kind struct {
		host         string
		urgent, none bool
	}
	var of []*turn
	seen, outside := make(map[kind]bool), l.outside()
	for _, t := range l.waiting {
		if k := (kind{t.host, t.urgent(), l.held(t.owner) == 0}); !seen[k] && !outside(t) {
			seen[k] = true
			of = append(of, t)
		}
	}
	return of
}

// share returns how many turns on host owner could have now, those that it has
// counted: all that are free, as long as nobody waits for one.
func (l *limiter) share(owner any, host string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	held := l.held(owner)
	for _, t := range l.waiting {
		if t.owner != owner {
			return held
		}
	}
	free := min(l.perHost-l.hosts[host], l.total-len(l.running))
	if p := l.presses[host]; p != nil && !l.needed()[owner] {
		free = min(free, p.limit-p.others)
	}
	return held + max(free, 0)
}

// best returns the waiting turn to grant next, nil where there is room for none.
func (l *limiter) best() *turn {
	if len(l.running) >= l.total {
		return nil
	}
	var best *turn
	outside := l.outside()
	for _, t := range l.waiting {
		if l.hosts[t.host] < l.perHost && !outside(t) && (best == nil || l.before(t, best)) {
			best = t
		}
	}
	return best
}

func (l *limiter) before(a, b *turn) bool {
	if a.urgent() != b.urgent() {
		return a.urgent()
	}
	return l.held(a.owner) < l.held(b.owner)
}

// held returns how many turns owner has.
func (l *limiter) held(owner any) int {
	return l.owners[owner]
}

// makeRoom asks one transfer that stands in t's way to give up its turn: any on
// which no read is blocked if one is on t, else one of an owner who has several
// while t's has none. The youngest goes first: it has brought the least. Those that
// could not go on from where they ended go last.
func (l *limiter) makeRoom(t *turn) {
	full := l.hosts[t.host] >= l.perHost
	for _, o := range slices.Backward(l.running) {
		soon := o.asked || o.urgency == ending && t.urgency == glimpsed
		if soon && (o.host == t.host || !full) {
			return // room is being made already
		}
	}
	for _, pinned := range []bool{false, true} {
		for _, o := range slices.Backward(l.running) {
			yields := t.urgent() || (l.held(t.owner) == 0 && l.held(o.owner) > 1)
			if o.pinned == pinned && yields && !o.urgent() && (o.host == t.host || !full) {
				o.ask()
				return
			}
		}
	}
}
