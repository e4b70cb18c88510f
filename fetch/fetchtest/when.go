package fetchtest

import (
	"slices"
	"sync/atomic"
)

// A When reports whether a fault is to strike a request.
type When func(r Request) bool

// Always matches every request.
func Always(Request) bool { return true }

// Of matches requests for the named files.
func Of(names ...string) When {
	return func(r Request) bool { return slices.Contains(names, r.File) }
}

// Nth matches, of the requests for each file, those of the given ordinals,
// from 1.
func Nth(ordinals ...int) When {
	return func(r Request) bool { return slices.Contains(ordinals, r.Nth) }
}

// From matches the nth request for each file and all after it.
func From(n int) When { return func(r Request) bool { return r.Nth >= n } }

// Next matches the next n requests that it is asked about.
func Next(n int) When {
	var asked atomic.Int64
	return func(Request) bool { return asked.Add(1) <= int64(n) }
}

// Ranged matches requests with a Range.
func Ranged(r Request) bool { return r.Range != "" }

// Conditional matches requests with an If-Range.
func Conditional(r Request) bool { return r.IfRange != "" }

// Covers matches requests for bytes of which the one at off is one.
func Covers(off int64) When { return func(r Request) bool { return r.From <= off && off < r.To } }

// Starts matches requests for bytes that begin at off.
func Starts(off int64) When { return func(r Request) bool { return r.From == off } }

// All matches what each of conditions matches. They are asked in order, and
// none after the first that does not match.
func All(conditions ...When) When {
	return func(r Request) bool {
		return !slices.ContainsFunc(conditions, func(w When) bool { return !w(r) })
	}
}

// Not matches what w does not.
func Not(w When) When { return func(r Request) bool { return !w(r) } }
