package fetch

import (
	"math"
	"slices"
)

// unbounded is the end of a range whose end nobody knows yet.
const unbounded = math.MaxInt64

// near is how far ahead of a transfer a blocked read waits for it rather than
// opening a connection of its own: about what a slow link brings in the round
// trips that a new connection costs.
const near = 512 << 10

// A want is what one reader needs: the bytes it is blocked on, if any, and
// beyond them its window.
type want struct {
	Range
	blocked bool
}

// A demand is all that a plan is made from.
type demand struct {
	size   int64   // of the file; -1 unknown
	have   Ranges  // held already
	flying []Range // what transfers under way still have to bring, from their present place on
	wants  []want
	whole  bool // the whole file is wanted, by a user or a reader that means it
	stream bool // ranges cannot be asked for or put together: only from the start, one at a time
	fill   int  // how many transfers may be under way for the whole
}

// An order is a range to ask for next. A transfer under way that would reach
// into it ends where it begins.
type order struct {
	Range
	urgent bool // a read is blocked on it
}

// plan returns what to ask for next, most urgent first: what reads are blocked
// on, then the windows of readers, then the rest of a file that is wanted
// whole. Each order runs up to the next byte that is held or on its way; where
// the whole file is wanted it is as long as that allows, so that one connection
// goes on behind the reader that moved.
func plan(d demand) []order {
	if d.stream {
		return planStream(d)
	}
	p := planner{demand: d, end: unbounded, taken: d.have, soon: d.have}
	p.flying = slices.Clone(d.flying)
	if d.size >= 0 {
		p.end = d.size
	}
	for _, f := range d.flying {
		p.taken = p.taken.Add(f)
		p.soon = p.soon.Add(f.head())
	}
	for _, w := range d.wants {
		if w.blocked {
			p.unblock(w)
		}
	}
	for _, w := range d.wants {
		p.serve(w)
	}
	p.fillUp()
	return p.orders
}

type planner struct {
	demand
	end    int64  // of the file, or unbounded
	taken  Ranges // held or on its way, however far off
	soon   Ranges // held or on its way and near
	orders []order
}

// unblock orders from the first byte that a blocked read lacks, unless that
// byte comes soon.
func (p *planner) unblock(w want) {
	gaps := p.have.Missing(w.intersect(Range{0, p.end}))
	if len(gaps) == 0 || p.soon.From(gaps[0].Start) > 0 {
		return
	}
	p.add(order{p.stretch(gaps[0]), true})
}

// serve orders what of w neither is held nor on its way.
func (p *planner) serve(w want) {
	for _, gap := range p.taken.Missing(w.intersect(Range{0, p.end})) {
		if gap = p.stretch(gap); p.taken.From(gap.Start) == 0 {
			p.add(order{gap, w.blocked})
		}
	}
}

// stretch returns gap up to where held bytes or a transfer begin: as far as it
// goes if the whole file is wanted, else no further than it was.
func (p *planner) stretch(gap Range) Range {
	if p.whole {
		gap.End = p.end
	}
	for _, r := range p.have {
		if r.Start > gap.Start {
			gap.End = min(gap.End, r.Start)
		}
	}
	for _, r := range p.flying {
		if r.Start > gap.Start {
			gap.End = min(gap.End, r.Start)
		}
	}
	for _, o := range p.orders {
		if o.Start > gap.Start {
			gap.End = min(gap.End, o.Start)
		}
	}
	return gap
}

// fillUp orders gaps until as many transfers are under way as may be.
func (p *planner) fillUp() {
	if !p.whole {
		return
	}
	for _, gap := range p.taken.Missing(Range{0, p.end}) {
		if len(p.flying)+len(p.orders) >= p.fill {
			return
		}
		p.add(order{gap, false})
	}
}

// add takes an order, and takes back what a transfer or an order before it
// loses by ending where o begins.
func (p *planner) add(o order) {
	for i, before := range p.orders {
		p.orders[i].End = cut(before.Range, o.Start)
		p.taken = p.taken.Remove(Range{p.orders[i].End, before.End})
	}
	for i, f := range p.flying {
		p.flying[i].End = cut(f, o.Start)
		p.taken = p.taken.Remove(Range{p.flying[i].End, f.End})
	}
	p.orders = append(p.orders, o)
	p.taken = p.taken.Add(o.Range)
	p.soon = p.soon.Add(o.head())
}

// planStream orders the file from its start, where anything of it is wanted
// and nothing is under way.
func planStream(d demand) []order {
	all := Range{0, unbounded}
	if d.size >= 0 {
		all.End = d.size
	}
	missing := d.whole && len(d.have.Missing(all)) > 0
	urgent := false
	for _, w := range d.wants {
		if len(d.have.Missing(w.intersect(all))) > 0 {
			missing, urgent = true, urgent || w.blocked
		}
	}
	if !missing || len(d.flying) > 0 {
		return nil
	}
	return []order{{all, urgent}}
}

// cut returns where r ends once an order from start on has been made.
func cut(r Range, start int64) int64 {
	if r.Start < start && start < r.End {
		return start
	}
	return r.End
}

// head returns the part of r that comes soon.
func (r Range) head() Range {
	if r.Len() <= near {
		return r
	}
	return Range{r.Start, r.Start + near}
}
