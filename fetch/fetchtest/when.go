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

type rule struct {
	when  When
	fault Fault
}

// Fault makes faults strike, in their order, every request from now on that
// when matches. Several that match add up, in the order of their making.
func (o *Origin) Fault(when When, faults ...Fault) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rules = append(o.rules, rule{when, Both(faults...)})
}

// Script makes the first fault strike the next request for the file, the second
// the one after it, and so on; nil is no fault, and after the last there is none.
func (o *Origin) Script(name string, faults ...Fault) {
	var asked atomic.Int64
	o.Fault(Of(name), func(resp *Response) {
		if i := int(asked.Add(1)) - 1; i < len(faults) && faults[i] != nil {
			faults[i](resp)
		}
	})
}

// Heal takes away every fault that was made so far; redirects stay.
func (o *Origin) Heal() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rules = nil
}

// faults returns what strikes a request. Conditions are asked without a lock,
// so that they may use the origin.
func (o *Origin) faults(r Request) []Fault {
	o.mu.Lock()
	rules := slices.Clone(o.rules)
	o.mu.Unlock()
	var strike []Fault
	for _, rule := range rules {
		if rule.when(r) {
			strike = append(strike, rule.fault)
		}
	}
	return strike
}
