// Package clock owns two rules for clocks that cannot be trusted: a stored time in
// the future counts as now, and time during which the process was stopped does not
// count as waiting.
//
// It must never know what a time is for, and needs no other package of the module.
//
// Open clock.go first: the rule for stored times. stopwatch.go measures time in
// which the process could run.
package clock

import "time"

// Past returns t, or now where t lies in the future: the clock was wrong when t was
// stored, or is wrong now. t is a time by the wall clock, read from disk or sent by
// a server. Times of this process need no such care: they carry a monotonic reading.
func Past(t, now time.Time) time.Time {
	if t.After(now) {
		return now
	}
	return t
}

// Steady returns a stored time as one of this process: as long before now as it was
// stored, or now where the future has it, and with the monotonic reading of now. A
// clock that is set from then on changes nothing. The zero time stays zero.
func Steady(t, now time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return now.Add(min(t.Sub(now), 0))
}
