package fetch

import (
	"errors"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/retry"
)

// What a crash costs is at most this much of the link: new bytes are held without
// a record of them for flushEvery, or flushLate where more than flushMuch came.
// To record them costs the more the faster they come.
const (
	flushEvery = 500 * time.Millisecond
	flushLate  = 900 * time.Millisecond
	flushMuch  = 8 << 20
)

// flushAgain is how long to wait after a record could not be written.
const flushAgain = 5 * time.Second

// markDirtyLocked notes that there is something to record, and sees that it is
// recorded soon. d.mu is held.
func (d *Download) markDirtyLocked() {
	d.dirty = true
	if !d.flushing {
		d.flushing = d.store.spawn(d.flush)
	}
}

// flush records what was touched, again and again while there is more. It ends
// early, having recorded all, when the store closes.
func (d *Download) flush() {
	for rest := flushEvery; ; {
		_ = retry.Sleep(d.store.ctx, rest)
		if d.unrecorded() > flushMuch {
			_ = retry.Sleep(d.store.ctx, flushLate-flushEvery)
		}
		d.store.flushes <- struct{}{}
		err := d.persist()
		<-d.store.flushes
		if rest = flushEvery; err != nil {
			d.store.log.Warn("cannot record a download", "key", d.key, "err", err)
			rest = flushAgain
		}
		if d.flushed() {
			return
		}
	}
}

// flushed ends the flushing if there is no more to do, or no time to.
func (d *Download) flushed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dirty && d.store.ctx.Err() == nil {
		return false
	}
	d.flushing = false
	d.restLocked()
	return true
}

// unrecorded returns how many bytes are held that were not when the last record
// was made.
func (d *Download) unrecorded() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.content.held.Len() - d.recorded
}

func (d *Download) isDirty() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dirty
}

// restLocked closes the data file if nobody uses it. d.mu is held.
func (d *Download) restLocked() {
	if !d.dirty && !d.flushing && len(d.transfers) == 0 && len(d.readers) == 0 {
		d.content.file.Rest()
	}
}

// persist makes what is held durable, and then the record that says so.
func (d *Download) persist() error {
	d.entry.Lock()
	defer d.entry.Unlock()
	return d.persistLocked()
}

// persistLocked is persist for a caller that has d.entry locked.
func (d *Download) persistLocked() error {
	d.mu.Lock()
	r, file, broken := d.toRecordLocked(), d.content.file, d.failure.broken
	if r.Worthless() && len(d.transfers) == 0 {
		file.Rest() // or it would stay, empty
	}
	d.dirty, d.recorded = false, r.Held.Len()
	if broken != nil {
		d.mu.Unlock()
		return nil // what is on disk is not ours to change
	}
	d.mu.Unlock()

	if err := file.Sync(); err != nil {
		return d.unsyncedLocked(fault.Disk(err))
	}
	if err := d.entry.SaveLocked(r, file); err != nil {
		d.mu.Lock()
		d.dirty = true
		d.mu.Unlock()
		return fault.Disk(err)
	}
	return nil
}

// unsyncedLocked drops what is held after it could not be made durable: the kernel
// does not keep what it failed to write, nor say so a second time. d.entry is
// locked.
func (d *Download) unsyncedLocked(err error) error {
	err = errors.Join(err, d.discardAllLocked())
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failLocked(err)
	return err
}

// toRecordLocked says what is to be recorded now. d.mu is held.
func (d *Download) toRecordLocked() diskcache.Record {
	url, exact, redirect := d.source.recordable()
	return diskcache.Record{Key: d.key, URL: url, Exact: exact, Redirect: redirect, State: d.state.String(), File: d.content.validator,
		Type: d.content.typ, Digest: d.digest, Sum: d.content.sum, Held: d.content.held}
}
