package fetchtest

import (
	"sync"
	"time"
)

// A ledger counts. Waiters watch it, look, and wait if it is not so yet.
type ledger struct {
	mu      sync.Mutex // guards all below
	stats   Stats
	log     []*Request
	nth     map[string]int   // requests by file
	sent    map[string]int64 // body bytes by file
	changed chan struct{}    // nil if nobody waits
}

// watch returns a channel that is closed at the next change.
func (l *ledger) watch() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.changed == nil {
		l.changed = make(chan struct{})
	}
	return l.changed
}

// update changes the ledger and wakes those who wait for that.
func (l *ledger) update(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// arrive enters a request and numbers it.
func (l *ledger) arrive(r *Request) {
	l.update(func() {
		l.stats.Requests++
		l.stats.Active++
		l.stats.Peak = max(l.stats.Peak, l.stats.Active)
		l.nth[r.File]++
		r.Number, r.Nth = l.stats.Requests, l.nth[r.File]
		l.log = append(l.log, r)
	})
}

func (l *ledger) head(r *Request, status int) { l.update(func() { r.Status = status }) }

func (l *ledger) count(r *Request, n int) {
	l.update(func() {
		r.Sent += int64(n)
		l.stats.Sent += int64(n)
		l.sent[r.File] += int64(n)
	})
}

func (l *ledger) done(r *Request) {
	l.update(func() {
		r.Done, r.End = true, time.Now()
		l.stats.Active--
	})
}

// admit counts a connection, unless the link does not let it through.
func (l *ledger) admit(link Link) (id int64, ok bool) {
	l.update(func() {
		ok = !link.Down && (link.MaxConns == 0 || l.stats.ConnsOpen < link.MaxConns)
		if !ok {
			l.stats.Refused++
			return
		}
		l.stats.Conns++
		l.stats.ConnsOpen++
		l.stats.ConnsPeak = max(l.stats.ConnsPeak, l.stats.ConnsOpen)
		id = int64(l.stats.Conns)
	})
	return id, ok
}

func (l *ledger) hungUp() { l.update(func() { l.stats.ConnsOpen-- }) }
