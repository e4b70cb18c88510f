package fetch

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// Size returns the length of the file in bytes. It asks the remote where it is
// not known, and waits for that 20 s at most; where the remote does not tell, it starts
// the download and waits for its end. That ends with the last call that waits for it,
// unless a reader or a user wants the file. While such a download is paused it fails with
// ErrBusy. After three files of a host failed for the host's sake, the others fail at
// once for 30 s, with ErrHostFailing.
func (d *Download) Size(ctx context.Context) (int64, error) { return d.learnSize(ctx, false) }

// learnSize returns the length of the file, or only what the remote tells: else
// it fails with ErrUntold, or why the download has failed, and starts nothing.
func (d *Download) learnSize(ctx context.Context, onlyTold bool) (size int64, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var w *waiter
	var limit *sizeWait
	defer func() {
		limit.stop()
		if isHostFailure(err) {
			d.store.sizes.failed(d.source.host(), d.key, err)
			d.abandonLocked(w, err)
		}
		d.leaveLocked(w)
		if w != nil && w.whole {
			d.undoLocked(time.Now())
		}
	}()
	for {
		shown, _ := d.content.shown(d.listed)
		other := d.content.contradicted(d.listed)
		if shown >= 0 {
			return shown, nil
		}
		if w != nil && !d.awaitsEndLocked() {
			validation{d}.forgiveLocked(w)
		}
		if err := cmp.Or(d.untoldLocked(w, onlyTold), d.overdueLocked(limit)); err != nil {
			return -1, err
		}
		if w == nil {
			if err := d.unaskedLocked(); err != nil {
				return -1, err
			}
			w = &waiter{Range: ranges.Range{Start: 0, End: probeLen}, probe: true, onlyTold: onlyTold}
			d.waiters.add(w)
			signs, _ := d.store.sizes.state(d.source.host())
			limit = newSizeWait(signs)
		}
		if err := d.barredLocked(w); err != nil {
			return -1, err
		}
		if w.validates = other; !other && (d.content.sizeless || d.content.held.Contains(w.Range)) {
			w.Range, w.whole = ranges.Range{}, true // the download brings it, not a probe
			_ = d.transitionLocked(evMeant)         // never refused
		}
		if err := d.waitSizeLocked(ctx, limit); err != nil {
			return -1, err
		}
	}
}

// unaskedLocked returns why the size is not to be asked for now. Where only the end of
// the download tells it, a disk that failed a moment ago is a reason.
func (d *Download) unaskedLocked() error {
	if d.awaitsEndLocked() {
		return d.refusedLocked()
	}
	return validation{d}.refusedLocked()
}

// untoldLocked returns why the file's own server does not tell the size.
func (d *Download) untoldLocked(w *waiter, onlyTold bool) error {
	switch {
	case w != nil && w.err != nil:
		return w.err
	case onlyTold && d.content.untold():
		return ErrUntold
	case onlyTold && d.state == Failed:
		return d.failure.err
	case d.state == Paused:
		return fmt.Errorf("%w: paused before its size was known", ErrBusy)
	}
	return nil
}

// overdueLocked returns why the size will not come soon: the host does not tell that
// of other files, or the wait for this one is over. A download whose end is to tell the
// size is waited for as reads wait.
func (d *Download) overdueLocked(limit *sizeWait) error {
	if d.awaitsEndLocked() {
		return nil
	}
	host := d.source.host()
	if err := d.store.sizes.refusal(host); err != nil || limit == nil || !limit.isDue {
		return err
	}
	limit.isDue = false
	signs, last := d.store.sizes.state(host)
	if limit.check(d.transfers.queuedLocked(), signs) {
		return sizeTimedOut(last)
	}
	limit.timer.Reset()
	return nil
}

// awaitsEndLocked reports whether only the end of the download tells the size.
func (d *Download) awaitsEndLocked() bool {
	return d.content.sizeless && !d.content.contradicted(d.listed)
}

// waitSizeLocked is waitLocked that ends, too, when the limit is to be checked, or a
// host begins to rest.
func (d *Download) waitSizeLocked(ctx context.Context, limit *sizeWait) error {
	d.scheduleLocked()
	changed, rests, due := d.waiters.next(), d.store.sizes.next(), limit.due
	if d.awaitsEndLocked() {
		due = nil
	}
	d.mu.Unlock()
	defer d.mu.Lock()
	select {
	case <-changed:
	case <-rests:
	case <-due:
		limit.isDue = true
	case <-ctx.Done():
		return ctx.Err()
	case <-d.store.interrupted.Done():
		return ErrClosed
	}
	return nil
}

// abandonLocked calls off what was asked for on behalf of w, which gave up with err,
// if it is of no use to others.
func (d *Download) abandonLocked(w *waiter, err error) {
	if d.state == Idle && w != nil && len(d.waiters.list) == 1 && len(d.readers) == 0 {
		d.transfers.cancelOthers(nil, errNeedless)
		d.noteFailureLocked(err)
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
