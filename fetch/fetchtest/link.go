package fetchtest

import (
	"context"
	"sync"
	"time"
)

// A Link is what lies between an origin and those who ask. The zero Link is
// as fast as the machine.
type Link struct {
	RTT       time.Duration // from a request's arrival to the head of its answer
	Connect   time.Duration // more of it for the first request of each connection
	ConnRate  int64         // body bytes a second of each answer; 0 means no limit
	TotalRate int64         // body bytes a second of all answers together; 0 means no limit
	MaxConns  int           // more connections than that are reset at once; 0 means no limit
}

const (
	// grain is how long a piece of a shaped body takes at its rate: short
	// enough for smooth progress, long enough to cost no CPU.
	grain = 10 * time.Millisecond
	// lag is how much lateness is made up for: what a busy machine oversleeps,
	// and no more, lest an idle link saved up a burst.
	lag = 20 * time.Millisecond
)

// A pacer is a schedule: bytes are due at the time at which a link of some
// rate would have carried the last of them.
type pacer struct{ next time.Time }

// due books n bytes at rate bytes a second and returns when they are due.
func (p *pacer) due(now time.Time, n int, rate int64) time.Time {
	if late := now.Add(-lag); p.next.Before(late) {
		p.next = late
	}
	p.next = p.next.Add(time.Duration(float64(n) / float64(rate) * float64(time.Second)))
	return p.next
}

// A shaper holds the link and the one schedule that all answers share.
type shaper struct {
	mu     sync.Mutex // guards all below
	link   Link
	total  pacer
	active int // bodies being sent
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

// begin announces a body, and returns its own schedule.
func (s *shaper) begin() *pacer {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.active == 0 && s.total.next.Before(now) {
		s.total.next = now
	}
	s.active++
	return &pacer{now}
}

func (s *shaper) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active--
}

// book decides how many of want bytes go next, and when. Without any limit that
// is all of them at once, and shaped is false. rate, if not 0, stands in for
// the link's ConnRate.
func (s *shaper) book(own *pacer, rate int64, want int) (n int, at time.Time, shaped bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if rate == 0 {
		rate = s.link.ConnRate
	}
	n = want
	if rate > 0 {
		n = min(n, piece(rate))
	}
	if s.link.TotalRate > 0 {
		n = min(n, piece(s.link.TotalRate/int64(s.active)))
	}
	now := time.Now()
	if rate > 0 {
		at = own.due(now, n, rate)
	}
	if s.link.TotalRate > 0 {
		if t := s.total.due(now, n, s.link.TotalRate); t.After(at) {
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
