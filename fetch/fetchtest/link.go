package fetchtest

import (
	"context"
	"sync"
	"time"
)

// A Link is what lies between an origin and those who ask. The zero Link is
// as fast as the machine.
type Link struct {
	RTT       time.Duration // from a request's arrival to the head of its response
	Connect   time.Duration // until a new connection can take requests
	ConnRate  int64         // body bytes a second of each connection; 0 means no limit
	TotalRate int64         // body bytes a second of all connections together; 0 means no limit
	MaxConns  int           // more connections than that are reset at once; 0 means no limit
	Down      bool          // every new connection is reset at once
}

const (
	// grain is how long a piece of a shaped body takes at its rate: short
	// enough for smooth progress, long enough to cost no CPU.
	grain = 10 * time.Millisecond
	// lag is how much lateness is made up for: what a busy machine oversleeps,
	// and no more, lest an idle link saved up a burst.
	lag = 20 * time.Millisecond
)

// A lane is a schedule: bytes are due at the time at which a link of some rate
// would have carried the last of them. Its bodies share the rate.
type lane struct {
	next   time.Time
	bodies int // under way
}

func (l *lane) begin(now time.Time) {
	if l.bodies == 0 && l.next.Before(now) {
		l.next = now
	}
	l.bodies++
}

// due books n bytes at rate bytes a second and returns when they are due.
func (l *lane) due(now time.Time, n int, rate int64) time.Time {
	if late := now.Add(-lag); l.next.Before(late) {
		l.next = late
	}
	l.next = l.next.Add(time.Duration(float64(n) / float64(rate) * float64(time.Second)))
	return l.next
}

// A shaper holds the link, and the lane that all responses share.
type shaper struct {
	mu    sync.Mutex // guards all below, and all lanes
	link  Link
	total lane
}

func (s *shaper) set(l Link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.link = l
}

func (s *shaper) get() Link {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.link
}

// A route is the lanes that a body goes through.
type route struct {
	s    *shaper
	own  *lane // of this response, at its own rate if it has one
	conn *lane // of its connection
	rate int64 // of own; 0 means no limit
}

// enter begins a body; leave must follow.
func (s *shaper) enter(conn *lane, rate int64) route {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := route{s, new(lane), conn, rate}
	now := time.Now()
	for _, l := range []*lane{r.own, r.conn, &s.total} {
		l.begin(now)
	}
	return r
}

func (r route) leave() {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.conn.bodies--
	r.s.total.bodies--
}

// book decides how many of want bytes go next, and when. Without any limit that
// is all of them at once, and shaped is false.
func (r route) book(want int) (n int, at time.Time, shaped bool) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	limits := []struct {
		lane *lane
		rate int64
	}{{r.own, r.rate}, {r.conn, r.s.link.ConnRate}, {&r.s.total, r.s.link.TotalRate}}
	n = want
	for _, l := range limits {
		if l.rate > 0 {
			n = min(n, piece(l.rate/int64(l.lane.bodies)))
		}
	}
	now := time.Now()
	for _, l := range limits {
		if l.rate <= 0 {
			continue
		}
		if t := l.lane.due(now, n, l.rate); t.After(at) {
			at = t
		}
	}
	return n, at, !at.IsZero()
}

// piece is how many bytes make a grain at rate, and at least one.
func piece(rate int64) int {
	return max(1, int(float64(rate)*grain.Seconds()))
}

// sleepUntil waits for t, or for the end of ctx.
func sleepUntil(ctx context.Context, t time.Time) error { return sleep(ctx, time.Until(t)) }

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
