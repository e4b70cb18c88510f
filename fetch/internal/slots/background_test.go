package slots

import (
	"testing"
	"time"
)

// street is so many background transfers under test, on a link, with a reader who
// is in need at times.
type street struct {
	background
	link
	size   int
	now    time.Time
	gone   time.Duration // for how long the limit was 0 in all
	closed int           // how often it became 0
}

func newStreet(l link) *street {
	return &street{background: background{limit: unlimited}, link: l, size: 15, now: time.Unix(0, 0)}
}

// spend lets time pass in which the reader is in need.
func (s *street) spend(need Priority, length time.Duration) {
	const step = 10 * time.Millisecond
	for range length / step {
		s.now = s.now.Add(step)
		readers, before := 0, s.limit
		if need >= Prefetch {
			readers = 1
		}
		s.observe(s.now, need, readers, min(s.limit, s.size))
		n := int64(min(s.perConn, s.total/float64(max(readers+s.others, 1))) * step.Seconds())
		for range s.others {
			s.arrived(s.now, n, true, s.link.rtt)
		}
		if readers > 0 {
			s.arrived(s.now, n, false, s.link.rtt)
		}
		if s.limit == 0 {
			s.gone += step
			if before > 0 {
				s.closed++
			}
		}
	}
}

func TestBackground(t *testing.T) {
	const inf = 1e12
	shared, apart := link{inf, 2e6, 50 * time.Millisecond}, link{1e6, inf, 50 * time.Millisecond}
	type phase struct {
		need   Priority
		length time.Duration
		limit  int // at its end
	}
	for name, c := range map[string]struct {
		link  link
		story []phase
	}{
		"nobody reads": {shared, []phase{{Background, time.Minute, unlimited}}},
		"a look at a head": {shared, []phase{{Background, time.Second, unlimited},
			{Demand, 2*50*time.Millisecond + 90*time.Millisecond, unlimited}}},
		"sizes":                 {shared, []phase{{Metadata, time.Minute, unlimited}}},
		"a window on a new way": {shared, []phase{{Prefetch, time.Minute, unlimited}}},
		"a reader on a shared link": {shared, []phase{{Background, time.Second, unlimited}, {Demand, time.Second, 0},
			{Demand, time.Minute, 0}}},
		"they come back one by one": {shared, []phase{{Background, time.Second, unlimited}, {Demand, time.Second, 0},
			{Background, calmFor / 2, 0}, {Background, calmFor, 1}, {Background, 7 * calmFor, 8}}},
		"a window is not filled in time": {shared, []phase{{Background, time.Second, unlimited}, {Demand, time.Second, 0},
			{Background, 9 * calmFor, 9 - 1}, {Prefetch, calmFor / 2, 8}, {Prefetch, calmFor, 4}, {Prefetch, calmFor, 2}}},
		"blocked again": {shared, []phase{{Background, time.Second, unlimited}, {Demand, time.Second, 0},
			{Background, 9 * calmFor, 8}, {Demand, 10 * time.Millisecond, 0}}},
		"all come back in the end": {shared, []phase{{Background, time.Second, unlimited}, {Demand, time.Second, 0},
			{Background, (maxConnections + 1) * calmFor, unlimited}}},
		"those of whom nothing is known": {shared, []phase{{Demand, 190 * time.Millisecond, unlimited}, {Demand, time.Second, 0}}},
		"connections with a rate each": {apart, []phase{{Background, time.Second, unlimited}, {Demand, time.Second, unlimited},
			{Demand, time.Minute, unlimited}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStreet(c.link)
			for i, p := range c.story {
				if s.spend(p.need, p.length); s.limit != p.limit {
					t.Fatalf("after phase %d a limit of %d, want %d", i, s.limit, p.limit)
				}
			}
		})
	}
}

// TestBackgroundApart reads for an hour from a host that holds each connection to a
// rate, which is found out again and again, but seldom.
func TestBackgroundApart(t *testing.T) {
	s := newStreet(link{1e6, 1e12, 50 * time.Millisecond})
	s.spend(Background, time.Second)
	s.spend(Demand, time.Hour)
	if s.closed < 2 || s.closed > 17 || s.gone > 5*time.Second {
		t.Errorf("closed %d times, for %v", s.closed, s.gone)
	}
	s.total = 2e6 // another link
	s.spend(Demand, apartMost+time.Second)
	if s.limit != 0 || !s.now.Before(s.shared.Add(apartMost)) {
		t.Errorf("a limit of %d once the link is shared", s.limit)
	}
}
