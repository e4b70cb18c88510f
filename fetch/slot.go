package fetch

import (
	"context"
	"time"
)

// admit waits until the transfer may make its request. release must follow. A probe
// needs no slot where it needs no connection of its own: the sizes of a whole folder
// come in the time of one, if they are secure, since HTTP/2 goes over TLS only. It
// takes one when it is led to another server.
func (t *transfer) admit(ctx context.Context, secure bool) (release func(), err error) {
	if !t.isProbe() {
		return t.releaseSlot, t.acquireSlot(ctx)
	}
	if !secure || !t.d.store.origin.Multiplexes(t.slot.Host) {
		if err := t.acquireSlot(ctx); err != nil {
			return nil, err
		}
	}
	if err := t.acquireProbe(ctx); err != nil {
		t.releaseSlot()
		return nil, err
	}
	return func() { t.releaseProbe(); t.releaseSlot() }, nil
}

// isProbe reports whether the transfer brings no more than is needed to learn a size,
// from where the file was always to be had.
func (t *transfer) isProbe() bool {
	d := t.d
	d.mu.Lock()
	defer d.mu.Unlock()
	return t.End <= probeLen && d.source.redirect.URL == "" && d.probedLocked()
}

// acquireProbe waits until the transfer may be one of its host's probes, among which
// is the first, whatever protocol it uses.
func (t *transfer) acquireProbe(ctx context.Context) error {
	probes := t.d.store.pace.Probes(t.slot.Host)
	select {
	case probes <- struct{}{}:
		t.probe = probes
		return nil
	default:
		t.setQueued(true, true)
	}
	select {
	case probes <- struct{}{}:
		t.probe = probes
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (t *transfer) releaseProbe() {
	if t.probe != nil {
		<-t.probe
		t.probe = nil
	}
}

// leaveHost waits until the transfer may go to another host than it was admitted to.
// It is no probe there any more: while it waits for a slot, it holds nothing that
// others wait for.
func (t *transfer) leaveHost(ctx context.Context) error {
	t.releaseProbe()
	if t.hasSlot {
		return nil
	}
	t.setQueued(true, false)
	defer t.setQueued(false, false)
	began := time.Now()
	defer func() { t.slotWait += time.Since(began) }()
	return t.acquireSlot(ctx)
}

// acquireSlot waits for a slot to use a connection.
func (t *transfer) acquireSlot(ctx context.Context) error {
	err := t.d.store.limits.Acquire(ctx, &t.slot, func() { t.setQueued(true, true) })
	t.hasSlot = err == nil
	return err
}

func (t *transfer) releaseSlot() {
	if t.hasSlot {
		t.d.store.limits.Release(&t.slot)
		t.hasSlot = false
	}
}

// setQueued notes whether the transfer has not got its slot, and has to wait for
// that.
func (t *transfer) setQueued(queued, waits bool) {
	d := t.d
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.transfers.queuedLocked()
	t.queued, t.waits = queued, waits
	if d.transfers.queuedLocked() != before {
		d.reportLocked()
	}
}
