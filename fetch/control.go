package fetch

import (
	"context"
	"errors"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/slots"
)

// Control carries out a command. When it returns without an error the command
// holds: after Pause no byte moves and what is held is durable, after Cancel
// and Evict the bytes are gone, after Start and Resume a crash does not lose
// the intent. It fails with ErrBusy where the table of states refuses.
//
// When ctx ends early the command may have taken effect in memory already.
// After Close it fails with ErrClosed.
func (d *Download) Control(ctx context.Context, c Command) error { return d.control(ctx, c, true) }

// ControlAmong is Control where the user named a folder of many files. A Pause or a
// Resume then holds for a reader that only seems to want the file, and ends with it.
func (d *Download) ControlAmong(ctx context.Context, c Command) error {
	return d.control(ctx, c, false)
}

// control carries out a command. named is whether the user named this very file.
func (d *Download) control(ctx context.Context, c Command, named bool) error {
	if !d.store.enter() {
		return ErrClosed // the folder may be another process's by now
	}
	defer d.store.wg.Done()
	leave, ok := d.commands.enter(ctx, &d.mu)
	if !ok {
		return ctx.Err()
	}
	defer leave()
	d.store.cache.TryAgain() // a disk that works again is no reason to fail
	_ = d.readAgain()        // a cancel works all the same
	switch c {
	case Cancel, Evict:
		return d.dropAll(ctx, c)
	case Pause:
		return d.pause(ctx, named)
	case Start, Resume:
		return d.proceed(c, named)
	}
	return ErrUnknownCommand
}

// proceed sets the download under way. Bytes that somebody took away with the cache
// folder are no reason to think that it is.
func (d *Download) proceed(c Command, named bool) error {
	d.forgetGone()
	d.mu.Lock()
	if err := d.failure.untouchableLocked(); err != nil {
		d.mu.Unlock()
		return err
	}
	before := d.state
	d.quiet = time.Time{}
	err := d.transitionLocked(eventOf(c, false))
	after := d.state
	if c == Start || named {
		d.commandedLocked()
	}
	if before != after {
		d.failure.err, d.content.changes, d.wasted = nil, 0, 0
		d.link.scaler = slots.Scaler{} // one request first, from the first missing byte
	}
	d.scheduleLocked() // also where forgetGone has dropped what was about to be checked
	d.mu.Unlock()
	if err != nil {
		return err
	}
	d.entry.Lock() // a record that is being written may be what says so
	defer d.entry.Unlock()
	if !d.recorder.isDirty() {
		return nil
	}
	return d.recorder.persistLocked()
}

// pause stops every transfer, of an idle file those of a Prefetch, and returns when none is
// left and what they brought is durable.
func (d *Download) pause(ctx context.Context, named bool) error {
	d.mu.Lock()
	if err := d.failure.untouchableLocked(); err != nil {
		d.mu.Unlock()
		return err
	}
	err := d.transitionLocked(evPause)
	var stopped transfers
	switch d.state {
	case Paused:
		if named {
			d.commandedLocked()
		}
		stopped = d.cancelAllLocked(errStopped)
	case Idle:
		stopped = d.endPrefetchLocked()
	default: // no byte moves
	}
	nothing := d.state != Paused && len(stopped) == 0
	d.mu.Unlock()
	if nothing || err != nil {
		return err
	}
	if err := stopped.wait(ctx); err != nil {
		return err
	}
	return d.recorder.persist()
}

// dropAll carries out Cancel and Evict.
func (d *Download) dropAll(ctx context.Context, c Command) error {
	d.entry.Lock()
	stopped, err := d.dropLocked(c)
	d.entry.Unlock()
	if err != nil {
		return err
	}
	return stopped.wait(ctx)
}

// dropLocked is the part of dropAll during which no file may be opened. It
// returns the transfers that it has stopped.
func (d *Download) dropLocked(c Command) (transfers, error) {
	d.mu.Lock()
	event := eventOf(c, len(d.readers) > 0)
	dropping := discards(d.state, event)
	err := d.transitionLocked(event)
	if err != nil || !dropping {
		d.mu.Unlock()
		return nil, err
	}
	stopped := d.cancelAllLocked(ErrCanceled)
	d.quiet = time.Now()
	if c == Cancel {
		for r := range d.readers {
			r.endLocked(ErrCanceled)
		}
	}
	d.failure, d.content.changes, d.wasted = failure{}, 0, 0
	d.discardLocked()
	d.notifyLocked()
	d.mu.Unlock()
	return stopped, errors.Join(d.eraseLocked(), d.recorder.persistLocked())
}
