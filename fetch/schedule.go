package fetch

import (
	"context"
	"slices"

	"github.com/tunesfs/tunesfs/fetch/internal/plan"
	"github.com/tunesfs/tunesfs/fetch/internal/slots"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// scheduleLocked starts the transfers that should run and do not. Every change of
// the ranges that are wanted, held or possible calls it.
func (d *Download) scheduleLocked() {
	if d.failure.broken != nil || d.store.ctx.Err() != nil {
		return
	}
	if d.state == Downloading && d.content.complete() && !d.summing {
		d.finishLocked() // it could not be checked before
	}
	if (validation{d}).dueLocked() {
		d.launchLocked(ranges.Range{Start: 0, End: probeLen}, true)
	}
	if d.state == Idle || d.state == Downloading {
		d.extendLocked()
		for _, o := range plan.Next(d.demandLocked()) {
			for _, t := range d.transfers {
				t.End = plan.Cut(t.Range, o.Start)
			}
			d.launchLocked(o, false)
		}
	}
	d.rankLocked()
}

// rankLocked tells the limiter how urgent the transfers are. Every change of the
// waiters calls it, if it does not call scheduleLocked.
func (d *Download) rankLocked() {
	early := d.isEarlyLocked()
	for _, t := range d.transfers {
		t.countLocked(early)
		t.rankLocked()
	}
}

// demandLocked returns the input of a plan.
func (d *Download) demandLocked() plan.Demand {
	demand := plan.Demand{Size: d.content.validator.Size, Held: d.content.held, Whole: d.wholeLocked(), Stream: d.content.streams(),
		InFlight: d.transfers.rangesLocked(), Connections: d.connectionsLocked(),
		Near: d.link.scaler.Near(d.link.rtt), MergeGap: d.link.mergeGap()}
	for _, w := range d.waiters.list {
		if !w.served(d.content) {
			demand.Wants = append(demand.Wants, plan.Want{Range: w.Range, Blocked: true})
		}
	}
	for r := range d.readers {
		// An order of a whole file begins with the bytes that a read lacks, and goes on
		// into its window.
		if ahead := r.window.Ahead(); !ahead.Empty() && !(demand.Whole && d.waiters.waits(r)) {
			demand.Wants = append(demand.Wants, plan.Want{Range: ahead, Blocked: false})
		}
	}
	return demand
}

// furthestLocked returns how far into the file a reader wants to read.
func (d *Download) furthestLocked() int64 {
	var end int64
	for _, w := range d.waiters.list {
		end = max(end, w.End)
	}
	for r := range d.readers {
		end = max(end, r.window.End)
	}
	return end
}

// launchLocked starts a transfer, to bring bytes or the server's word on those that
// are held.
func (d *Download) launchLocked(r ranges.Range, validates bool) {
	ctx, stop := context.WithCancelCause(d.store.ctx)
	t := &transfer{d: d, Range: r, queued: true, validates: validates, content: d.content, stop: stop, done: make(chan struct{})}
	t.sink = &diskSink{transfer: t}
	t.slot.Owner = d
	d.transfers = append(d.transfers, t)
	if t.early = d.isEarlyLocked(); !t.early {
		d.store.traffic.Begin(d)
	}
	if !d.store.spawn(func() { t.run(ctx) }) {
		d.transfers = d.transfers[:len(d.transfers)-1]
		t.leaveTraffic()
		stop(ErrClosed)
	}
	if d.reported == Queued {
		d.reportLocked() // one that may not have to wait
	}
}

// countLocked has the transfer count as traffic from when somebody reads what began for a
// Prefetch alone, and no more once nobody does.
func (t *transfer) countLocked(early bool) {
	switch {
	case early == t.early:
	case early:
		t.d.store.traffic.End(t.d)
	default:
		t.d.store.traffic.Begin(t.d)
	}
	t.early = early
}

// leaveTraffic notes that the transfer has ended, if it is not for a Prefetch alone.
func (t *transfer) leaveTraffic() {
	if !t.early {
		t.d.store.traffic.End(t.d)
	}
}

// cancelAllLocked ends every transfer with a cause, by a user's command, and returns
// them.
func (d *Download) cancelAllLocked(cause error) transfers {
	all := slices.Concat(d.transfers, d.uncached)
	all.cancelOthers(nil, cause)
	return all
}

// rankLocked tells the limiter how urgent the transfer is.
func (t *transfer) rankLocked() {
	if u := t.priorityLocked(); u != t.priority {
		t.priority = u
		t.d.store.limits.SetPriority(&t.slot, u)
	}
}

// priorityLocked returns the transfer's priority: it may bring the first byte that a
// read lacks, or a window, since the windows of those who play come before a file
// that is merely filled.
func (t *transfer) priorityLocked() slots.Priority {
	d := t.d
	u := slots.Background
	if t.validates {
		return slots.Demand
	}
	if !t.queued && 0 < t.reach && t.reach <= probeLen {
		u = slots.Finishing // before a new connection would begin
	}
	for _, w := range d.waiters.list {
		switch {
		case w.served(d.content) || !t.leadsLocked(w.Range):
		case w.probe:
			u = max(u, slots.Metadata)
		default:
			return slots.Demand
		}
	}
	for r := range d.readers {
		if !r.early && t.leadsLocked(r.window.Ahead()) {
			u = max(u, slots.Prefetch)
		}
	}
	return u
}

// leadsLocked reports whether the transfer brings the first byte of r that is not
// held.
func (t *transfer) leadsLocked(r ranges.Range) bool {
	first := r.Start + t.d.content.held.From(r.Start)
	return first < r.End && t.Start <= first && first < t.End
}

// waitForLocked is waitLocked on behalf of w, if anything may come for it.
func (d *Download) waitForLocked(ctx context.Context, w *waiter) error {
	if err := d.barredLocked(w); err != nil {
		return err
	}
	return d.waitLocked(ctx)
}

// waitLocked schedules, and waits for the next change. It gives up d.mu while it
// waits.
func (d *Download) waitLocked(ctx context.Context) error {
	d.scheduleLocked()
	changed := d.waiters.next()
	d.mu.Unlock()
	defer d.mu.Lock()
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-d.store.interrupted.Done():
		return ErrClosed
	}
}

// leaveLocked takes a waiter back.
func (d *Download) leaveLocked(w *waiter) {
	if w != nil {
		d.waiters.remove(w)
		d.rankLocked()
	}
}
