package fetch

import (
	"context"
	"errors"

	"github.com/tunesfs/tunesfs/fetch/internal/slots"
)

// Control carries out a command. When it returns without an error the command
// holds: after Pause no byte moves and what is held is durable, after Cancel
// and Evict the bytes are gone, after Start and Resume a crash does not lose
// the intent. It fails with ErrBusy where the table of states refuses.
//
// When ctx ends early the command may have taken effect in memory already.
// After Close it fails with ErrClosed.
func (d *Download) Control(ctx context.Context, c Command) error {
	if !d.store.enter() {
		return ErrClosed // the folder may be another process's by now
	}
	defer d.store.wg.Done()
	select {
	case d.turns <- struct{}{}:
		defer func() { <-d.turns }()
	case <-ctx.Done():
		return ctx.Err()
	}
	switch c {
	case Cancel, Evict:
		return d.dropAll(ctx, c)
	case Pause:
		return d.pause(ctx)
	case Start, Resume:
		return d.proceed(c)
	}
	return ErrUnknownCommand
}

// proceed sets the download under way.
func (d *Download) proceed(c Command) error {
	d.mu.Lock()
	if err := d.broken; err != nil {
		d.mu.Unlock()
		return err
	}
	before := d.state
	err := d.happen(eventOf(c, false))
	after := d.state
	if before != after {
		d.err, d.flips, d.vain, d.scale = nil, 0, 0, slots.Scaler{} // one request first, from the first missing byte
		d.schedule()
	}
	d.mu.Unlock()
	if err != nil {
		return err
	}
	d.entry.Lock() // a record that is being written may be what says so
	defer d.entry.Unlock()
	if !d.isDirty() {
		return nil
	}
	return d.persistLocked()
}

// pause stops every transfer, and returns when none is left and what they
// brought is durable.
func (d *Download) pause(ctx context.Context) error {
	d.mu.Lock()
	if err := d.broken; err != nil {
		d.mu.Unlock()
		return err
	}
	if err := d.happen(evPause); err != nil || d.state != Paused {
		d.mu.Unlock()
		return err
	}
	stopped := d.halt(errStopped)
	d.mu.Unlock()
	if err := landed(ctx, stopped); err != nil {
		return err
	}
	return d.persist()
}

// landed waits until flights have ended.
func landed(ctx context.Context, flights []*flight) error {
	for _, f := range flights {
		select {
		case <-f.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// dropAll carries out Cancel and Evict.
func (d *Download) dropAll(ctx context.Context, c Command) error {
	d.entry.Lock()
	stopped, err := d.dropLocked(c)
	d.entry.Unlock()
	if err != nil {
		return err
	}
	return landed(ctx, stopped)
}

// dropLocked is the part of dropAll during which no file may be opened. It
// returns the flights that it has stopped.
func (d *Download) dropLocked(c Command) ([]*flight, error) {
	d.mu.Lock()
	event := eventOf(c, len(d.readers) > 0)
	dropping := drops(d.state, event)
	err := d.happen(event)
	if err != nil || !dropping {
		d.mu.Unlock()
		return nil, err
	}
	stopped := d.halt(ErrCanceled)
	if c == Cancel {
		for r := range d.readers {
			r.end(ErrCanceled)
		}
	}
	d.err, d.broken, d.flips, d.vain = nil, nil, 0, 0
	d.discardHeldLocked()
	d.announce()
	d.mu.Unlock()
	return stopped, errors.Join(d.unlink(true), d.persistLocked())
}
