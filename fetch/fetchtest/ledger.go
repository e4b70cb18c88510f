package fetchtest

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Request is what an origin knows of one request and of its answer so far.
type Request struct {
	Number int       // among all requests, from 1
	Nth    int       // among those for the same file, from 1
	Time   time.Time // of its arrival
	Conn   int64     // which connection it came by, from 1; 0 if served as a mere Handler
	Proto  string    // "HTTP/1.1", "HTTP/2.0"

	Method  string
	Host    string
	URI     string // path and query as sent
	File    string // the name that it asks for
	Header  http.Header
	Range   string
	IfRange string
	// From and To are the bytes [From, To) that it asks for, of the file as it
	// was at the time: all without a Range; both 0 if that is not satisfiable.
	From, To int64

	Status int   // 0 before the head is sent
	Sent   int64 // bytes of the body sent so far
	Done   bool  // nothing more is sent, whatever the reason
}

// Stats are an origin's counters.
type Stats struct {
	Requests int   // that have arrived
	Active   int   // requests being answered now
	Peak     int   // the most at once
	Sent     int64 // bytes of bodies sent

	Conns     int // connections ever opened, refused ones not included
	ConnsOpen int
	ConnsPeak int
	Refused   int // connections beyond Link.MaxConns
}

// A ledger counts. Waiters take changed under mu and wait for its close.
type ledger struct {
	mu      sync.Mutex // guards all below
	stats   Stats
	log     []*Request
	nth     map[string]int   // requests by file
	sent    map[string]int64 // body bytes by file
	changed chan struct{}    // nil if nobody waits
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
		r.Done = true
		l.stats.Active--
	})
}

// admit counts a connection, unless limit (0: none) are open already.
func (l *ledger) admit(limit int) (id int64, ok bool) {
	l.update(func() {
		if ok = limit == 0 || l.stats.ConnsOpen < limit; !ok {
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

// Stats returns the counters as they are now.
func (o *Origin) Stats() Stats {
	o.ledger.mu.Lock()
	defer o.ledger.mu.Unlock()
	return o.ledger.stats
}

// Sent returns how many bytes of bodies were sent, in all.
func (o *Origin) Sent() int64 { return o.Stats().Sent }

// SentOf returns how many bytes of bodies were sent for a file.
func (o *Origin) SentOf(name string) int64 {
	o.ledger.mu.Lock()
	defer o.ledger.mu.Unlock()
	return o.ledger.sent[name]
}

// Requests returns all requests so far, in the order of their arrival.
func (o *Origin) Requests() []Request {
	o.ledger.mu.Lock()
	defer o.ledger.mu.Unlock()
	all := make([]Request, len(o.ledger.log))
	for i, r := range o.ledger.log {
		all[i] = *r
	}
	return all
}

// RequestsOf returns the requests for a file, in the order of their arrival.
func (o *Origin) RequestsOf(name string) []Request {
	return slices.DeleteFunc(o.Requests(), func(r Request) bool { return r.File != name })
}

// Wait returns once reached reports true of the counters, or with the error of
// ctx. It asks again after every change and at no other time.
func (o *Origin) Wait(ctx context.Context, reached func(Stats) bool) error {
	for {
		ok, changed := o.ledger.check(reached)
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (l *ledger) check(reached func(Stats) bool) (bool, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if reached(l.stats) {
		return true, nil
	}
	if l.changed == nil {
		l.changed = make(chan struct{})
	}
	return false, l.changed
}

// WaitRequests waits until n requests have arrived in all.
func (o *Origin) WaitRequests(ctx context.Context, n int) error {
	return o.Wait(ctx, func(s Stats) bool { return s.Requests >= n })
}

// WaitSent waits until n bytes of bodies have been sent in all.
func (o *Origin) WaitSent(ctx context.Context, n int64) error {
	return o.Wait(ctx, func(s Stats) bool { return s.Sent >= n })
}

// WaitIdle waits until no request is being answered.
func (o *Origin) WaitIdle(ctx context.Context) error {
	return o.Wait(ctx, func(s Stats) bool { return s.Active == 0 })
}

// WaitConnsClosed waits until no connection is open.
func (o *Origin) WaitConnsClosed(ctx context.Context) error {
	return o.Wait(ctx, func(s Stats) bool { return s.ConnsOpen == 0 })
}

// Forget drops the log and zeroes the counters of requests and bytes; peaks
// become what is the case now. Connections, and the ordinals that Nth goes by,
// count on.
func (o *Origin) Forget() {
	l := &o.ledger
	l.update(func() {
		l.log, l.sent = nil, map[string]int64{}
		l.stats.Requests, l.stats.Sent = 0, 0
		l.stats.Peak, l.stats.ConnsPeak = l.stats.Active, l.stats.ConnsOpen
	})
}
