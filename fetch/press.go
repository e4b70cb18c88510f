package fetch

import (
	"slices"
	"time"
)

// An urgency is how much someone waits for what a transfer brings.
type urgency int

const (
	unhurried urgency = iota // nobody does: it fills
	ending                   // nobody does, but it is a head that has begun to come
	glimpsed                 // for the size: first in line, but soon over
	ahead                    // a reader will before long
	blocked                  // a reader does
)

// A press is the crowd of a host, and who wakes it.
type press struct {
	crowd
	timer *time.Timer // nil while it was not needed
}

// arrived counts n bytes that t has brought from a host that answers after rtt.
func (l *limiter) arrived(t *turn, n int64, rtt time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.presses[t.host]; p != nil && (t.spare || t.urgency >= ahead) && p.arrived(time.Now(), n, t.spare, rtt) {
		l.grant(t.host)
	}
}

// pin keeps t out of the crowd: all that it has brought would be in vain.
func (l *limiter) pin(t *turn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t.pinned = true
	l.grant(t.host)
}

// needed returns the owners of running turns of which one is urgent: what else
// they fetch is their own affair. l.mu is held.
func (l *limiter) needed() map[any]bool {
	needed := make(map[any]bool)
	for _, t := range l.running {
		if t.urgent() {
			needed[t.owner] = true
		}
	}
	return needed
}

// outside tells which waiting turns the crowds of their hosts have no room for.
// l.mu is held.
func (l *limiter) outside() func(*turn) bool {
	needed := l.needed()
	return func(t *turn) bool {
		p := l.presses[t.host]
		return p != nil && p.others >= p.limit && !t.urgent() && !needed[t.owner]
	}
}

// press tells a host's crowd who has a turn now, and has it make way. l.mu is
// held.
func (l *limiter) press(host string) {
	if l.presses == nil {
		l.presses = make(map[string]*press)
	}
	p := l.presses[host]
	if p == nil {
		l.tidyLocked()
		p = &press{crowd: crowd{limit: unlimited}}
		l.presses[host] = p
	}
	spare, readers, need := l.survey(host)
	p.turn(time.Now(), need, readers, len(spare))
	if p.need > unhurried {
		for _, t := range spare[min(p.limit, len(spare)):] { // the youngest: they have brought the least
			t.ask()
		}
	}
	l.arm(host, p)
}

// tidyLocked forgets hosts without a transfer, once there are many.
func (l *limiter) tidyLocked() {
	if len(l.presses) < maxHosts {
		return
	}
	busy := make(map[string]bool)
	for _, t := range slices.Concat(l.running, l.waiting) {
		busy[t.host] = true
	}
	for host, p := range l.presses {
		if busy[host] {
			continue
		}
		if p.timer != nil {
			p.timer.Stop()
		}
		delete(l.presses, host)
	}
}

// survey returns the running turns of a host's crowd, how many its readers need,
// and how much. l.mu is held.
func (l *limiter) survey(host string) (spare []*turn, readers int, need urgency) {
	needed := l.needed()
	for _, t := range l.running {
		if t.host != host {
			continue
		}
		if t.spare = !t.urgent() && !t.pinned && !needed[t.owner]; t.spare {
			spare = append(spare, t)
		}
		if t.urgency >= ahead {
			readers++
		}
		need = max(need, t.urgency)
	}
	return spare, readers, need
}

// arm has a host's crowd looked at again when its limit changes by itself, if
// anyone is there whom that concerns. l.mu is held.
func (l *limiter) arm(host string, p *press) {
	due := p.due()
	waits := func(t *turn) bool { return t.host == host }
	switch {
	case due.IsZero(), p.need == unhurried && !slices.ContainsFunc(l.waiting, waits):
		if p.timer != nil {
			p.timer.Stop()
		}
	case p.timer == nil:
		p.timer = time.AfterFunc(time.Until(due), func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.grant(host)
		})
	default:
		p.timer.Reset(time.Until(due))
	}
}
