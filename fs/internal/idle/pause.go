package idle

import "time"

// How long nothing is forgotten after an attempt that had no effect. The time doubles with
// each one in a row.
const (
	minPause = 2 * After
	maxPause = time.Minute
)

// A Pause says when to try again to forget folders. The zero Pause allows it at once. It
// cannot be used by several goroutines at a time.
type Pause struct {
	length time.Duration
	end    time.Time
}

// IsOver reports whether another attempt may be made.
func (p *Pause) IsOver(now time.Time) bool { return !now.Before(p.end) }

// Note takes in whether an attempt that ends now had an effect.
func (p *Pause) Note(now time.Time, effect bool) {
	if effect {
		*p = Pause{}
		return
	}
	p.length = min(max(2*p.length, minPause), maxPause)
	p.end = now.Add(p.length)
}
