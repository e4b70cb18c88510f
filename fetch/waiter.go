package fetch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tunesfs/tunesfs/internal/clock"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A waiter is a caller that needs bytes or the size.
type waiter struct {
	ranges.Range
	probe     bool    // only the size is wanted
	onlyTold  bool    // and only if the remote tells it
	whole     bool    // and only the end of the download tells it
	validates bool    // only the server's word on the held version is wanted
	reader    *Reader // on whose behalf; nil if on no handle's
	err       error   // set when the attempt was given up
	full      int     // how often it waited on after the disk had failed it
}

// waiters are the callers that wait for changes of a download. They are guarded by
// Download.mu.
type waiters struct {
	list    []*waiter
	changed chan struct{} // closed and forgotten at every change; nil while nobody waits
}

func (ws *waiters) add(w *waiter) { ws.list = append(ws.list, w) }

func (ws *waiters) remove(w *waiter) {
	ws.list = slices.DeleteFunc(ws.list, func(o *waiter) bool { return o == w })
}

// waits reports whether a read of r waits.
func (ws *waiters) waits(r *Reader) bool {
	return slices.ContainsFunc(ws.list, func(w *waiter) bool { return w.reader == r })
}

// needWhole reports whether somebody waits for the end of the download.
func (ws *waiters) needWhole() bool {
	return slices.ContainsFunc(ws.list, func(w *waiter) bool { return w.whole })
}

// next returns a channel that is closed at the next change.
func (ws *waiters) next() <-chan struct{} {
	if ws.changed == nil {
		ws.changed = make(chan struct{})
	}
	return ws.changed
}

// notify tells everyone who waits for a change.
func (ws *waiters) notify() {
	if ws.changed != nil {
		close(ws.changed)
		ws.changed = nil
	}
}

// fail gives err to those who wait for the size or for bytes of r.
func (ws *waiters) fail(r ranges.Range, err error) {
	for _, w := range ws.list {
		if w.probe || w.validates || !w.Intersect(r).Empty() {
			w.err = err
		}
	}
}

// failAll gives err to all.
func (ws *waiters) failAll(err error) {
	for _, w := range ws.list {
		w.err = err
	}
}

// served reports whether nothing is to be fetched for w any more, although its caller
// has not woken up yet.
func (w *waiter) served(c *content) bool {
	return w.err != nil || (w.reader != nil && w.reader.err != nil) ||
		(w.probe && !w.validates && c.validator.Size >= 0) || (w.onlyTold && c.untold())
}

// pausedTimeout is how long a read of a handle that was opened during a pause waits for
// the download to go on.
const pausedTimeout = 5 * time.Second

// errPaused fails a read that waited so long.
var errPaused = fmt.Errorf("%w: paused", ErrBusy)

// A pauseLimit bounds how long one read waits during a pause. The zero value is ready.
type pauseLimit struct {
	ctx    context.Context //nolint:containedctx // of one read
	cancel context.CancelFunc
}

// waitLocked is Download.waitLocked for a read of r. During the pause in which r was
// opened it waits pausedTimeout in all, and fails with ErrBusy then. Reads that follow at
// once, as those of a mapping do, fail without a wait.
func (p *pauseLimit) waitLocked(ctx context.Context, r *Reader) error {
	if !r.late {
		return r.d.waitLocked(ctx)
	}
	if time.Since(r.refused) < failedRest {
		return errPaused
	}
	if p.ctx == nil {
		p.ctx, p.cancel = clock.WithTimeout(ctx, pausedTimeout)
	}
	err := r.d.waitLocked(p.ctx)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil, errors.Is(err, ErrClosed):
		return err
	case r.late:
		r.refused = time.Now()
		return errPaused
	}
	return nil // it went on at the last moment
}

func (p *pauseLimit) stop() {
	if p.cancel != nil {
		p.cancel()
	}
}
