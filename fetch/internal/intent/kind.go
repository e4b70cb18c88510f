package intent

import "time"

// A Kind is what the reads of a handle look like.
type Kind uint8

// The kinds.
const (
	Probe  Kind = iota // of structure, and little beyond it
	Random             // here and there
	Copy               // in sequence, as fast as the bytes come
	Play               // in sequence, at a pace of its own
)

const (
	// playedFor is how long a handle reads before its pace is one.
	playedFor = 2 * time.Second

	// scattered is how many sequences are reads here and there.
	scattered = 3
)

// Kind returns what the reads so far look like. A player waits for its own time most of
// the while, a copy for bytes.
func (t *Trace) Kind(now time.Time) Kind {
	switch age := now.Sub(t.first); {
	case !t.Means(now) && t.jumps >= scattered:
		return Random
	case !t.Means(now):
		return Probe
	case age >= playedFor && t.idleAt(now) >= age*6/10:
		return Play
	}
	return Copy
}

// Pace returns how many bytes a second the handle reads, but for those with which it
// filled a buffer in its first second. It is 0 before playedFor.
func (t *Trace) Pace(now time.Time) float64 {
	age := now.Sub(t.first)
	if t.first.IsZero() || age < playedFor {
		return 0
	}
	return float64(t.content-t.burst) / (age - time.Second).Seconds()
}
