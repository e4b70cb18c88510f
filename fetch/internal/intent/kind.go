package intent

import (
	"time"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

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

// Ends reports whether the sequence has come to the end of the file, but for structure. One
// that began in the middle is a look at the end.
func (t *Trace) Ends() bool {
	return t.size > 0 && !t.middle && t.content >= Little && t.structure.Missing(ranges.Range{Start: t.next, End: t.size}).Len() == 0
}

// Next returns where the sequence goes on.
func (t *Trace) Next() int64 { return t.next }

// Quiet returns for how long the handle has not read. ok is false if it never did.
func (t *Trace) Quiet(now time.Time) (quiet time.Duration, ok bool) {
	if t.waiting > 0 || t.since.IsZero() {
		return 0, t.waiting > 0
	}
	return max(now.Sub(t.since), 0), true
}
