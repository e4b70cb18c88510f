// Package plan owns the decision which ranges of a file to ask for next. It is pure.
//
// It must never know a request, a clock or a lock: all that it sees is ranges and
// numbers. Open plan.go first, at Next; Window in window.go is the read-ahead of
// one open handle.
package plan

import (
	"slices"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// minPiece is the least that is worth a connection of its own.
const minPiece = 256 << 10

// A Want is a range that one reader needs: the bytes it is blocked on, if any, and
// beyond them its window.
type Want struct {
	ranges.Range
	Blocked bool
}

// A Demand is the input of Next: the whole state that a plan depends on.
type Demand struct {
	Size        int64          // of the file; -1 unknown
	Held        ranges.Set     // held already
	InFlight    []ranges.Range // the ranges that transfers under way still have to bring
	Wants       []Want
	Whole       bool  // the whole file is wanted, by a user or a reader that means it
	Stream      bool  // ranges cannot be asked for or put together: only from the start, one at a time
	Connections int   // how many transfers should be under way for the whole
	Near        int64 // how far ahead of a transfer counts as coming soon
	MergeGap    int64 // held bytes that are no more than a request costs
}

// Next returns the ranges to ask for next, most urgent first: what reads are
// blocked on, then the windows of readers, then the rest of a file that is wanted
// whole. A transfer under way that would reach into one of these orders ends
// where it begins. Each order runs up to the next byte that is held or on its
// way; where the whole file is wanted it is as long as that allows, and goes on
// over a merge gap, so that one connection goes on behind the reader that moved.
func Next(d Demand) []ranges.Range {
	if d.Stream {
		return planStream(d)
	}
	p := planner{Demand: d, end: ranges.Unbounded, taken: d.Held, soon: d.Held}
	p.InFlight = slices.Clone(d.InFlight)
	if d.Size >= 0 {
		p.end = d.Size
	}
	for _, f := range d.InFlight {
		p.taken = p.taken.Add(f)
		p.soon = p.soon.Add(p.head(f))
	}
	for _, w := range d.Wants {
		if w.Blocked {
			p.unblock(w)
		}
	}
	for _, w := range d.Wants {
		p.serve(w)
	}
	p.fillUp()
	return p.orders
}

type planner struct {
	Demand
	end    int64      // of the file, or unbounded
	taken  ranges.Set // held or on its way, however far off
	soon   ranges.Set // held or on its way and near
	later  ranges.Set // wanted, and for a transfer that ends soon to go on with
	orders []ranges.Range
}

// unblock orders from the first byte that a blocked read lacks, unless that
// byte comes soon.
func (p *planner) unblock(w Want) {
	gaps := p.Held.Missing(w.Intersect(ranges.Range{Start: 0, End: p.end}))
	if len(gaps) == 0 || p.soon.From(gaps[0].Start) > 0 {
		return
	}
	p.add(p.stretch(gaps[0]))
}

// serve orders what of w neither is held nor on its way, but for what the next
// request of a connection may as well bring; in a file that is wanted whole only
// if that is what w needs first.
func (p *planner) serve(w Want) {
	w.Range = w.Intersect(ranges.Range{Start: 0, End: p.end})
	if p.Whole && p.taken.From(w.Start+p.Held.From(w.Start)) > 0 {
		return
	}
	for _, gap := range p.taken.Missing(w.Range) {
		switch gap = p.stretch(gap); {
		case p.taken.From(gap.Start) > 0:
		case p.follows(gap):
			p.later = p.later.Add(gap)
		default:
			p.add(gap)
		}
		if p.Whole {
			return
		}
	}
}

// follows reports whether gap goes on where a transfer is to end before long. Its
// connection is free then, before a new one would have begun to bring anything.
func (p *planner) follows(gap ranges.Range) bool {
	ends := func(f ranges.Range) bool { return f.End == gap.Start && f.Len() <= p.Near }
	return p.later.From(gap.Start) > 0 || slices.ContainsFunc(p.InFlight, ends)
}

// stretch returns gap up to where held bytes, beyond a merge gap, or a transfer
// begin: as far as it goes if the whole file is wanted, else no further than it was.
func (p *planner) stretch(gap ranges.Range) ranges.Range {
	reach, mergeGap := gap.End, int64(0)
	if p.Whole {
		reach, mergeGap = p.end, p.MergeGap
	}
	from := ranges.Range{Start: gap.Start, End: gap.Start}
	return ranges.Range{Start: gap.Start, End: Extend(from, reach, p.Held, slices.Concat(p.InFlight, p.orders), mergeGap)}
}

// fillUp orders gaps until as many transfers are under way as should be, and
// then the second half of what the one with the most to do has before it.
func (p *planner) fillUp() {
	if !p.Whole {
		return
	}
	for _, gap := range p.taken.Missing(ranges.Range{Start: 0, End: p.end}) {
		if p.full() {
			return
		}
		if p.taken.From(gap.Start) == 0 {
			p.add(p.stretch(gap))
		}
	}
	for !p.full() {
		most := p.longest()
		if most.Len() < 2*minPiece || most.End == ranges.Unbounded {
			return
		}
		p.add(ranges.Range{Start: most.Start + most.Len()/2, End: most.End})
	}
}

func (p *planner) full() bool { return len(p.InFlight)+len(p.orders) >= p.Connections }

// longest returns the transfer or order that has the most to bring.
func (p *planner) longest() ranges.Range {
	var most ranges.Range
	for _, f := range p.InFlight {
		if f.Len() > most.Len() {
			most = f
		}
	}
	for _, o := range p.orders {
		if o.Len() > most.Len() {
			most = o
		}
	}
	return most
}

// add takes an order, and takes back what a transfer or an order before it
// loses by ending where o begins.
func (p *planner) add(o ranges.Range) {
	for i, before := range p.orders {
		p.orders[i].End = Cut(before, o.Start)
		p.taken = p.taken.Remove(ranges.Range{Start: p.orders[i].End, End: before.End})
	}
	for i, f := range p.InFlight {
		p.InFlight[i].End = Cut(f, o.Start)
		p.taken = p.taken.Remove(ranges.Range{Start: p.InFlight[i].End, End: f.End})
	}
	p.orders = append(p.orders, o)
	p.taken = p.taken.Add(o)
	p.soon = p.soon.Add(p.head(o))
}

// planStream orders the file from its start, where anything of it is wanted
// and nothing is under way.
func planStream(d Demand) []ranges.Range {
	all := ranges.Range{Start: 0, End: ranges.Unbounded}
	if d.Size >= 0 {
		all.End = d.Size
	}
	missing := d.Whole && len(d.Held.Missing(all)) > 0
	for _, w := range d.Wants {
		if len(d.Held.Missing(w.Intersect(all))) > 0 {
			missing = true
		}
	}
	if !missing || len(d.InFlight) > 0 {
		return nil
	}
	return []ranges.Range{all}
}

// Cut returns where r ends once an order from start on has been made.
func Cut(r ranges.Range, start int64) int64 {
	if r.Start < start && start < r.End {
		return start
	}
	return r.End
}

// head returns the part of r that comes soon.
func (p *planner) head(r ranges.Range) ranges.Range {
	if r.Len() <= p.Near {
		return r
	}
	return ranges.Range{Start: r.Start, End: r.Start + p.Near}
}

// Extend returns how far a transfer of r that reaches further can go: up to where
// another one begins, or bytes that are held. Over no more of those than mergeGap
// it goes on: another request would cost as much.
func Extend(r ranges.Range, reach int64, have ranges.Set, transfers []ranges.Range, mergeGap int64) int64 {
	rest := ranges.Range{Start: r.End, End: reach}
	for _, f := range transfers {
		if !f.Empty() && f.Start >= r.End {
			rest.End = min(rest.End, f.Start)
		}
	}
	for _, h := range have {
		if h.End > r.End && h.Len() > mergeGap {
			rest.End = min(rest.End, h.Start)
		}
	}
	if gaps := have.Missing(rest); len(gaps) > 0 {
		return gaps[len(gaps)-1].End
	}
	return r.End
}
