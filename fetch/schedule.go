package fetch

import (
	"context"
	"slices"

	"github.com/tunesfs/tunesfs/fetch/internal/plan"
	"github.com/tunesfs/tunesfs/fetch/internal/slots"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// schedule sets under way what should be and is not. Whoever changes what is
// wanted, held or possible calls it. d.mu is held.
func (d *Download) schedule() {
	if d.broken != nil || d.store.ctx.Err() != nil {
		return
	}
	if d.state == Downloading && d.allHeld() && !d.summing {
		d.finish() // it could not be checked before
	}
	if d.state == Idle || d.state == Downloading {
		d.regain()
		for _, o := range plan.Next(d.demand()) {
			for _, f := range d.flights {
				f.End = plan.Cut(f.Range, o.Start)
			}
			d.launch(o)
		}
	}
	d.rank()
}

// rank tells the limiter how much the transfers are waited for. Whoever changes
// who waits calls it, if not schedule. d.mu is held.
func (d *Download) rank() {
	for _, f := range d.flights {
		d.hurry(f)
	}
}

// hurry tells the limiter how much f is waited for. d.mu is held.
func (d *Download) hurry(f *flight) {
	if u := d.urgency(f); u != f.urgency {
		f.urgency = u
		d.store.limits.SetPriority(&f.turn, u)
	}
}

// demand says what a plan is to be made from. d.mu is held.
func (d *Download) demand() plan.Demand {
	dem := plan.Demand{Size: d.validator.Size, Held: d.have, Whole: d.state == Downloading, Stream: d.streams(),
		InFlight: d.flying(), Connections: d.connections(), Near: d.scale.Near(d.rtt), MergeGap: d.crumb()}
	for _, w := range d.waits {
		if !d.over(w) {
			dem.Wants = append(dem.Wants, plan.Want{Range: w.Range, Blocked: true})
		}
	}
	for r := range d.readers {
		if ahead := r.window.Ahead(); !ahead.Empty() {
			dem.Wants = append(dem.Wants, plan.Want{Range: ahead, Blocked: false})
		}
	}
	return dem
}

// streams reports whether ranges of several answers cannot be put together.
// d.mu is held.
func (d *Download) streams() bool {
	return d.noRanges || d.flips > maxFlips || (d.validator.Known() && !d.validator.Strong())
}

// urgency returns how much f is waited for: as the one that brings the first
// byte that a read lacks, or a window, since the windows of those who play come
// before what is merely filled. d.mu is held.
func (d *Download) urgency(f *flight) slots.Priority {
	u := slots.Background
	if !f.queued && 0 < f.reach && f.reach <= probeLen {
		u = slots.Finishing // before a new connection would begin
	}
	for _, w := range d.waits {
		switch {
		case d.over(w) || !d.leads(f, w.Range):
		case w.probe:
			u = max(u, slots.Metadata)
		default:
			return slots.Demand
		}
	}
	for r := range d.readers {
		if d.leads(f, r.window.Ahead()) {
			u = max(u, slots.Prefetch)
		}
	}
	return u
}

// leads reports whether f brings the first byte of r that is not held. d.mu is
// held.
func (d *Download) leads(f *flight, r ranges.Range) bool {
	first := r.Start + d.have.From(r.Start)
	return first < r.End && f.Start <= first && first < f.End
}

// furthest returns how far into the file anyone wants to read. d.mu is held.
func (d *Download) furthest() int64 {
	var end int64
	for _, w := range d.waits {
		end = max(end, w.End)
	}
	for r := range d.readers {
		end = max(end, r.window.End)
	}
	return end
}

// launch sends a transfer off. d.mu is held.
func (d *Download) launch(r ranges.Range) {
	ctx, stop := context.WithCancelCause(d.store.ctx)
	f := &flight{Range: r, queued: true, file: d.file, stop: stop, done: make(chan struct{})}
	f.turn.Owner = d
	d.flights = append(d.flights, f)
	if !d.store.spawn(func() { d.fly(ctx, f) }) {
		d.flights = d.flights[:len(d.flights)-1]
		stop(ErrClosed)
	}
	if d.told == Queued {
		d.tell() // one that may not have to wait
	}
}

// halt ends every transfer with a cause, by a user's word, and returns them. d.mu
// is held.
func (d *Download) halt(cause error) []*flight {
	all := slices.Concat(d.flights, d.direct)
	for _, f := range all {
		f.stop(cause)
	}
	return all
}

// ground ends every transfer but one with a cause. d.mu is held.
func (d *Download) ground(but *flight, cause error) {
	for _, f := range d.flights {
		if f != but {
			f.stop(cause)
		}
	}
}
