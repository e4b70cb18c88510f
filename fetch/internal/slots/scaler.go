package slots

import (
	"math"
	"time"
)

const (
	// fastEnough is a rate, in bytes a second, that no service holds a single
	// connection to: one this fast is limited by the link or the disk.
	fastEnough = 16 << 20

	// connectCost is the least that opening a connection is taken to cost, and
	// payback how many times its cost it must have to bring.
	connectCost = 50 * time.Millisecond
	payback     = 4

	// useful is the part of its share that the rate of all connections must
	// reach for none of them to be one too many.
	useful = 0.75

	// holdFor is how long a number that was found out is kept before others are
	// tried again.
	holdFor = 10 * time.Second

	// minNear is the least distance ahead of a transfer at which a blocked read
	// waits for it, in bytes.
	minNear = 128 << 10
	// defaultNear is that distance while the transfer's rate is not known.
	defaultNear = 512 << 10
	// maxNear is the greatest such distance.
	maxNear = 4 << 20
)

// A Scaler decides over how many connections a file is fetched, by measuring
// what they bring. It begins with one. When that one has shown its rate it
// jumps to as many as the missing bytes pay for, and then counts again: if the
// whole is not faster in proportion, a shared link is what limits, and it goes
// down to as many as carry what came, and on by halves as long as fewer bring as
// much. After a while it looks again, upwards where there is something to gain,
// by twice as many only if more brought nothing the last time, else downwards. It
// is pure: time comes in as an argument.
type Scaler struct {
	Connections   int       // connections to use
	active        int       // that were used when last measured
	rate          float64   // bytes a second of all of those
	PerConnection float64   // bytes a second of one; 0 unknown
	from          int       // how many were used before want, which is on trial; 0 if it is not
	wary          bool      // more brought nothing
	shrink        bool      // fewer may bring as much
	hold          time.Time // no others are tried before

	sample // of all of them
}

// Arrived counts n bytes that came over one of active connections. rtt is the
// time a request takes to be answered. It reports whether a rate was found out.
func (s *Scaler) Arrived(now time.Time, n int64, active int, rtt time.Duration) bool {
	rate, ok := s.add(now, n, span(rtt))
	if !ok {
		return false
	}
	s.judge(now, rate, max(active, 1))
	return true
}

// Restart begins the present sample anew, unless it decides about a trial.
func (s *Scaler) Restart() {
	if s.from == 0 {
		s.sample = sample{}
	}
}

// judge takes in the rate of all connections together.
func (s *Scaler) judge(now time.Time, rate float64, active int) {
	from := s.from
	s.from = 0
	switch carried := rate / s.PerConnection; {
	case from == 0:
	case from > s.Connections && rate < useful*s.rate: // they were needed
		s.Connections, s.shrink, s.hold = from, false, now.Add(holdFor)
		return
	case from > s.Connections:
	case carried < useful*float64(active): // they were not
		s.Connections = max(int(math.Round(carried)), 1)
		s.wary, s.shrink, s.hold = true, true, now.Add(holdFor)
		s.rate, s.active = rate, s.Connections
		return // per stays what one alone can bring
	case s.wary:
		s.wary = false // and what can be gained is tried next
	default:
		s.hold = now.Add(holdFor)
	}
	s.rate, s.active = rate, active
	if active == 1 || !s.wary {
		s.PerConnection = rate / float64(active)
	}
}

// Raise has as many connections tried as pay for missing bytes, or fewer.
func (s *Scaler) Raise(now time.Time, missing int64, rtt time.Duration) {
	goal, used := s.worth(missing, rtt), max(s.Connections, 1)
	if s.wary {
		goal = min(goal, 2*used)
	}
	switch fewer := min(used, s.active) / 2; {
	case s.from > 0:
	case s.shrink && fewer > 0:
		s.try(now, used, fewer, rtt)
	case now.Before(s.hold):
	case goal > used:
		s.try(now, used, goal, rtt)
	case fewer > 0:
		s.shrink = true
		s.try(now, used, fewer, rtt)
	}
}

// try puts another number on trial, once the connections are there.
func (s *Scaler) try(now time.Time, from, want int, rtt time.Duration) {
	s.from, s.Connections = from, want
	s.sample = sample{began: now.Add(max(3*rtt, connectCost))}
}

// worth returns how many connections pay for themselves with missing bytes.
func (s *Scaler) worth(missing int64, rtt time.Duration) int {
	if s.PerConnection <= 0 || s.PerConnection >= fastEnough {
		return 1
	}
	cost := max(2*rtt, connectCost).Seconds()
	return max(int(min(float64(missing)/(s.PerConnection*cost*payback), maxConnections)), 1)
}

// maxConnections bounds what a scaler asks for; Options.Connections bounds what
// it gets.
const maxConnections = 64

// Near returns how far ahead of a transfer a blocked read waits for it rather
// than opening a connection of its own: what the transfer brings in the time
// that a new one takes to begin.
func (s *Scaler) Near(rtt time.Duration) int64 {
	if s.PerConnection <= 0 {
		return defaultNear
	}
	return min(max(int64(s.PerConnection*2*rtt.Seconds()), minNear), maxNear)
}
