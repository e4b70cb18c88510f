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

// touched notes that there is something to record, and sees that it is
// recorded soon. d.mu is held.
func (d *Download) touched() {
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
	d.rest()
	return true
}

// unrecorded returns how many bytes are held that were not when the last record
// was made.
func (d *Download) unrecorded() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.have.Len() - d.recorded
}

func (d *Download) isDirty() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dirty
}

// rest closes the data file if nobody uses it. d.mu is held.
func (d *Download) rest() {
	if !d.dirty && !d.flushing && len(d.flights) == 0 && len(d.readers) == 0 {
		d.file.Rest()
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
	r, file, broken := d.toRecord(), d.file, d.broken
	if r.Worthless() && len(d.flights) == 0 {
		file.Rest() // or it would stay, empty
	}
	d.dirty, d.recorded = false, r.Held.Len()
	if broken != nil {
		d.mu.Unlock()
		return nil // what is on disk is not ours to change
	}
	d.mu.Unlock()

	if err := file.Sync(); err != nil {
		return d.unsynced(fault.Disk(err))
	}
	if err := d.entry.SaveLocked(r, file); err != nil {
		d.mu.Lock()
		d.dirty = true
		d.mu.Unlock()
		return fault.Disk(err)
	}
	return nil
}

// unsynced drops what is held after it could not be made durable: the kernel
// does not keep what it failed to write, nor say so a second time. d.entry is
// locked.
func (d *Download) unsynced(err error) error {
	err = errors.Join(err, d.discardLost())
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail(err)
	return err
}

// toRecord says what is to be recorded now. d.mu is held.
func (d *Download) toRecord() diskcache.Record {
	url, exact := d.publicURL, false
	if d.location.URL != "" {
		url, exact = d.location.recordable()
	}
	mirror, again := d.mirror.recordable()
	if !again {
		mirror = ""
	}
	return diskcache.Record{Key: d.key, URL: url, Exact: exact, Mirror: mirror, State: d.state.String(), File: d.validator,
		Type: d.typ, Digest: d.digest, Sum: d.sum, Held: d.have}
}
