package fetch

import (
	"context"
	"slices"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A wait is someone who needs bytes or the size.
type wait struct {
	ranges.Range
	probe    bool    // only the size is wanted
	onlyTold bool    // and only if the remote tells it
	reader   *Reader // on whose behalf; nil if on no handle's
	err      error   // set when the attempt was given up
}

// over reports whether nothing is to be fetched for w any more, although who
// waits has not woken up yet. d.mu is held.
func (d *Download) over(w *wait) bool {
	return w.err != nil || (w.reader != nil && w.reader.err != nil) ||
		(w.probe && d.validator.Size >= 0) || (w.onlyTold && d.untold())
}

// awaitable returns what is closed at the next change. d.mu is held.
func (d *Download) awaitable() <-chan struct{} {
	if d.changed == nil {
		d.changed = make(chan struct{})
	}
	return d.changed
}

// wake tells everyone who waits for a change. d.mu is held.
func (d *Download) wake() {
	if d.changed != nil {
		close(d.changed)
		d.changed = nil
	}
}

// wait schedules, and waits for the next change. d.mu is held, and given up
// meanwhile.
func (d *Download) wait(ctx context.Context) error {
	d.schedule()
	changed := d.awaitable()
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

// leave takes a wait back. d.mu is held.
func (d *Download) leave(w *wait) {
	if w != nil {
		defer d.rank()
		d.waits = slices.DeleteFunc(d.waits, func(o *wait) bool { return o == w })
	}
}
