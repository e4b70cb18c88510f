package fetch

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// errYielded ends a yield that has lasted long enough.
var errYielded = errors.New("yielded")

// A limiter hands out turns to use a connection: so many to a host and so many
// in all. Turns on which a read is blocked come first, and may take one from a
// transfer on which none is; then those of the owner who has the fewest, and an
// owner who has none may take one from an owner who has several.
type limiter struct {
	perHost, total int

	mu      sync.Mutex
	running []*turn
	waiting []*turn
	owners  map[any]int    // turns that run, by owner
	hosts   map[string]int // and by host
	calm    chan struct{}  // closed when another turn is urgent, or one less; nil while nobody yields
}

// maxYield is how long a transfer holds still for the sake of urgent ones before
// it takes yieldChunk bytes: often enough for no server to give it up, and too
// few for a slow link to notice.
const (
	maxYield   = time.Second
	yieldChunk = 8 << 10
)

// A turn is the right to use one connection.
type turn struct {
	host    string
	owner   any
	preempt func() // asks the holder to give the turn back; does not block

	urgent  bool          // a reader is waiting for it; guarded by limiter.mu, as is asked
	asked   bool          // preempt was called
	granted chan struct{} // closed when the turn has come
}

// acquire waits for t's turn. On success release must follow.
func (l *limiter) acquire(ctx context.Context, t *turn) error {
	l.mu.Lock()
	t.granted, t.asked = make(chan struct{}), false
	l.waiting = append(l.waiting, t)
	l.grant()
	l.mu.Unlock()
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
	if t.urgent {
		l.relax()
	}
	l.grant()
}

// hurry says whether a reader waits for what t brings now.
func (l *limiter) hurry(t *turn, urgent bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.urgent == urgent {
		return
	}
	t.urgent = urgent
	l.relax()
	l.grant()
}

// relax wakes those who yield, to look again. l.mu is held.
func (l *limiter) relax() {
	if l.calm != nil {
		close(l.calm)
		l.calm = nil
	}
}

// yield holds a transfer still for which no reader waits while there is one of
// another owner on its host for which a reader does, so that the link is the
// reader's. It returns how many of n bytes may be taken then.
func (l *limiter) yield(ctx context.Context, t *turn, n int64) (int64, error) {
	calm := l.rivals(t)
	if calm == nil {
		return n, nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, maxYield, errYielded)
	defer cancel()
	for calm != nil {
		select {
		case <-calm:
			calm = l.rivals(t)
		case <-ctx.Done():
			if err := context.Cause(ctx); err != errYielded {
				return 0, err
			}
			return min(n, yieldChunk), nil
		}
	}
	return n, nil
}

// rivals returns a channel that is closed when there may be no more turns to
// yield to; nil if there are none.
func (l *limiter) rivals(t *turn) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	rival := func(o *turn) bool { return o.urgent && o.host == t.host && o.owner != t.owner }
	if t.urgent || l.count(rival) == 0 {
		return nil
	}
	if l.calm == nil {
		l.calm = make(chan struct{})
	}
	return l.calm
}

// grant lets in whoever there is room for, and makes room for the urgent.
func (l *limiter) grant() {
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
	seen := make(map[kind]bool)
	for _, t := range l.waiting {
		if k := (kind{t.host, t.urgent, l.held(t.owner) == 0}); !seen[k] {
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
	return held + max(min(l.perHost-l.hosts[host], l.total-len(l.running)), 0)
}

// best returns the waiting turn to grant next, nil where there is room for none.
func (l *limiter) best() *turn {
	if len(l.running) >= l.total {
		return nil
	}
	var best *turn
	for _, t := range l.waiting {
		if l.hosts[t.host] < l.perHost && (best == nil || l.before(t, best)) {
			best = t
		}
	}
	return best
}

func (l *limiter) before(a, b *turn) bool {
	if a.urgent != b.urgent {
		return a.urgent
	}
	return l.held(a.owner) < l.held(b.owner)
}

// held returns how many turns owner has.
func (l *limiter) held(owner any) int {
	return l.owners[owner]
}

func (l *limiter) count(match func(*turn) bool) int {
	n := 0
	for _, t := range l.running {
		if match(t) {
			n++
		}
	}
	return n
}

// makeRoom asks one transfer that stands in t's way to give up its turn: any on
// which no read is blocked if one is on t, else one of an owner who has several
// while t's has none. The youngest goes first: it has brought the least.
func (l *limiter) makeRoom(t *turn) {
	full := l.hosts[t.host] >= l.perHost
	for _, o := range slices.Backward(l.running) {
		if o.asked && (o.host == t.host || !full) {
			return // room is being made already
		}
	}
	for _, o := range slices.Backward(l.running) {
		yields := t.urgent || (l.held(t.owner) == 0 && l.held(o.owner) > 1)
		if yields && !o.urgent && (o.host == t.host || !full) {
			o.asked = true
			o.preempt()
			return
		}
	}
}
