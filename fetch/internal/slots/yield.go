package slots

import (
	"slices"
	"time"
)

// A hostBackground is the background of a host and the timer that wakes it.
type hostBackground struct {
	background
	timer *time.Timer // nil while it was not needed
}

// Arrived counts n bytes that t has brought from a host that answers after rtt.
func (l *Limiter) Arrived(t *Slot, n int64, rtt time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.backgrounds[t.Host]; p != nil && (t.background || t.priority >= Prefetch) && p.arrived(time.Now(), n, t.background, rtt) {
		l.grantLocked(t.Host)
	}
}

// Pin keeps t out of the background: closing it would waste all of its bytes.
func (l *Limiter) Pin(t *Slot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t.pinned = true
	l.grantLocked(t.Host)
}

// neededLocked returns the owners of running slots of which one is urgent: what else
// they fetch is their own affair.
func (l *Limiter) neededLocked() map[any]bool {
	needed := make(map[any]bool)
	for _, t := range l.running {
		if t.urgentLocked() {
			needed[t.Owner] = true
		}
	}
	return needed
}

// outsideLocked tells which waiting background slots have no room at their hosts.
func (l *Limiter) outsideLocked() func(*Slot) bool {
	needed := l.neededLocked()
	return func(t *Slot) bool {
		p := l.backgrounds[t.Host]
		return p != nil && p.others >= p.limit && !t.urgentLocked() && !needed[t.Owner]
	}
}

// yieldLocked updates a host's background by who has a slot now, and stops the
// background transfers that have to yield.
func (l *Limiter) yieldLocked(host string) {
	if l.backgrounds == nil {
		l.backgrounds = make(map[string]*hostBackground)
	}
	p := l.backgrounds[host]
	if p == nil {
		l.tidyLocked()
		p = &hostBackground{background: background{limit: unlimited}}
		l.backgrounds[host] = p
	}
	spare, readers, need := l.surveyLocked(host)
	p.observe(time.Now(), need, readers, len(spare))
	if p.need > Background {
		for _, t := range spare[min(p.limit, len(spare)):] { // the youngest: they have brought the least
			t.preemptLocked()
		}
	}
	l.armLocked(host, p)
}

// tidyLocked forgets hosts without a transfer, once there are many.
func (l *Limiter) tidyLocked() {
	if len(l.backgrounds) < maxHosts {
		return
	}
	busy := make(map[string]bool)
	for _, t := range slices.Concat(l.running, l.waiting) {
		busy[t.Host] = true
	}
	for host, p := range l.backgrounds {
		if busy[host] {
			continue
		}
		if p.timer != nil {
			p.timer.Stop()
		}
		delete(l.backgrounds, host)
	}
}

// surveyLocked returns the background slots that run on a host, how many its readers need,
// and how much.
func (l *Limiter) surveyLocked(host string) (spare []*Slot, readers int, need Priority) {
	needed := l.neededLocked()
	for _, t := range l.running {
		if t.Host != host {
			continue
		}
		if t.background = !t.urgentLocked() && !t.pinned && !needed[t.Owner]; t.background {
			spare = append(spare, t)
		}
		if t.priority >= Prefetch {
			readers++
		}
		need = max(need, t.priority)
	}
	return spare, readers, need
}

// armLocked sets the timer for the next change of a host's limit by itself, if
// a transfer is concerned.
func (l *Limiter) armLocked(host string, p *hostBackground) {
	due := p.due()
	waits := func(t *Slot) bool { return t.Host == host }
	switch {
	case due.IsZero(), p.need == Background && !slices.ContainsFunc(l.waiting, waits):
		if p.timer != nil {
			p.timer.Stop()
		}
	case p.timer == nil:
		p.timer = time.AfterFunc(time.Until(due), func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.grantLocked(host)
		})
	default:
		p.timer.Reset(time.Until(due))
	}
}
