package fetch

import (
	"context"
	"fmt"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// Size returns the length of the file in bytes. It asks the remote where it is
// not known; where the remote does not tell, it starts the download and waits
// for its end. While such a download is paused it fails with ErrBusy.
func (d *Download) Size(ctx context.Context) (int64, error) { return d.learnSize(ctx, false) }

// learnSize returns the length of the file, or only what the remote tells: else
// it fails with ErrUntold, or why the download has failed, and starts nothing.
func (d *Download) learnSize(ctx context.Context, onlyTold bool) (int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var w *waiter
	defer func() { d.leaveLocked(w) }()
	for {
		size, _ := d.content.shown(d.listed)
		other := d.content.contradicted(d.listed)
		switch {
		case size >= 0:
			return size, nil
		case w != nil && w.err != nil:
			return -1, w.err
		case onlyTold && d.content.untold():
			return -1, ErrUntold
		case onlyTold && d.state == Failed:
			return -1, d.failure.err
		case d.state == Paused:
			return -1, fmt.Errorf("%w: paused before its size was known", ErrBusy)
		}
		if w == nil {
			if err := d.refusedLocked(); err != nil {
				return -1, err
			}
			w = &waiter{Range: ranges.Range{Start: 0, End: probeLen}, probe: true, onlyTold: onlyTold}
			d.waiters.add(w)
		}
		if w.validates = other; !other && (d.content.sizeless || d.content.held.Contains(w.Range)) {
			w.Range = ranges.Range{} // the download brings it, not a probe
			_ = d.transitionLocked(evMeant)
		}
		if err := d.waitLocked(ctx); err != nil {
			return -1, err
		}
	}
}

// probedLocked reports whether nothing but sizes is wanted.
func (d *Download) probedLocked() bool {
	if d.state == Downloading {
		return false
	}
	for _, w := range d.waiters.list {
		if !w.probe {
			return false
		}
	}
	for r := range d.readers {
		if !d.content.held.Contains(d.content.clip(r.window.Ahead())) {
			return false
		}
	}
	return true
}
