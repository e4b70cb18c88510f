package fetchtest

import (
	"context"
	"net/http"
	"slices"
	"time"
)

// A Request is what an origin knows of one request and of its response so far.
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

	Status int       // 0 before the head is sent
	Sent   int64     // bytes of the body sent so far
	Done   bool      // nothing more is sent, whatever the reason
	End    time.Time // when that was
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
	Refused   int // connections that the Link did not let through
}

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
	return o.until(ctx, func() bool { return reached(o.Stats()) })
}

// Await returns the first request that when matches, once there is one, or the
// error of ctx. Status, Sent, Done and End may be asked about too.
func (o *Origin) Await(ctx context.Context, when When) (Request, error) {
	var found Request
	err := o.until(ctx, func() bool {
		all := o.Requests()
		i := slices.IndexFunc(all, when)
		if i >= 0 {
			found = all[i]
		}
		return i >= 0
	})
	return found, err
}

func (o *Origin) until(ctx context.Context, reached func() bool) error {
	for {
		changed := o.ledger.watch()
		if reached() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
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
