package fetch

import (
	"context"
	"slices"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A waiter is a caller that needs bytes or the size.
type waiter struct {
	ranges.Range
	probe    bool    // only the size is wanted
	onlyTold bool    // and only if the remote tells it
	reader   *Reader // on whose behalf; nil if on no handle's
	err      error   // set when the attempt was given up
}

// servedLocked reports whether nothing is to be fetched for w any more, although its
// caller has not woken up yet.
func (d *Download) servedLocked(w *waiter) bool {
	return w.err != nil || (w.reader != nil && w.reader.err != nil) ||
		(w.probe && d.validator.Size >= 0) || (w.onlyTold && d.untoldLocked())
}

// changedLocked returns a channel that is closed at the next change.
func (d *Download) changedLocked() <-chan struct{} {
	if d.changed == nil {
		d.changed = make(chan struct{})
	}
	return d.changed
}

// wakeLocked tells everyone who waits for a change.
func (d *Download) wakeLocked() {
	if d.changed != nil {
		close(d.changed)
		d.changed = nil
	}
}

// waitLocked schedules, and waits for the next change. It gives up d.mu while it
// waits.
func (d *Download) waitLocked(ctx context.Context) error {
	d.scheduleLocked()
	changed := d.changedLocked()
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
		defer d.rankLocked()
		d.waiters = slices.DeleteFunc(d.waiters, func(o *waiter) bool { return o == w })
	}
}
