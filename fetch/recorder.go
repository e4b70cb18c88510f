package fetch

import (
	"errors"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/retry"
)

// A crash costs at most this much of the link: new bytes are held without a record
// of them for flushEvery, or flushLate where more than flushMuch came. To record
// them costs the more the faster they come.
const (
	flushEvery = 500 * time.Millisecond
	flushLate  = 900 * time.Millisecond
	flushMuch  = 8 << 20
)

// flushAgain is how long to wait after a record could not be written.
const flushAgain = 5 * time.Second

// A recorder keeps the record of a download true: soon after a change it makes the
// held bytes durable, and then the record that tells of them.
type recorder struct {
	d *Download

	// guarded by d.mu
	dirty    bool  // the content or the state is not recorded yet
	recorded int64 // bytes held when the last record was made
	flushing bool  // a goroutine will record the change
}

// markDirtyLocked notes that there is a change to record, and sees that it is
// recorded soon.
func (r *recorder) markDirtyLocked() {
	r.dirty = true
	if !r.flushing {
		r.flushing = r.d.store.spawn(r.flush)
	}
}

// flush records changes, again and again while there are more. It ends early, having
// recorded all, when the store closes.
func (r *recorder) flush() {
	store := r.d.store
	for pause := flushEvery; ; {
		_ = retry.Sleep(store.ctx, pause)
		if r.unrecorded() > flushMuch {
			_ = retry.Sleep(store.ctx, flushLate-flushEvery)
		}
		store.flushes <- struct{}{}
		err := r.persist()
		<-store.flushes
		if pause = flushEvery; err != nil {
			store.log.Warn("cannot record a download", "key", r.d.key, "err", err)
			pause = flushAgain
		}
		if r.flushed() {
			return
		}
	}
}

// flushed ends the flushing if there is no more to do, or no time to.
func (r *recorder) flushed() bool {
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	if r.dirty && r.d.store.ctx.Err() == nil {
		return false
	}
	r.flushing = false
	r.restLocked()
	return true
}

// unrecorded returns how many bytes are held that were not when the last record
// was made.
func (r *recorder) unrecorded() int64 {
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	return r.d.content.held.Len() - r.recorded
}

func (r *recorder) isDirty() bool {
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	return r.dirty
}

// restLocked closes the data file if nothing uses it.
func (r *recorder) restLocked() {
	if !r.dirty && !r.flushing && len(r.d.transfers) == 0 && len(r.d.readers) == 0 {
		r.d.content.file.Rest()
	}
}

// persist makes the held bytes durable, and then the record that says so.
func (r *recorder) persist() error {
	r.d.entry.Lock()
	defer r.d.entry.Unlock()
	return r.persistLocked()
}

// persistLocked is persist for a caller that has d.entry locked. It takes d.mu.
func (r *recorder) persistLocked() error {
	d := r.d
	d.mu.Lock()
	record, file, broken := r.recordLocked(), d.content.file, d.failure.broken
	if record.Worthless() && len(d.transfers) == 0 {
		file.Rest() // or it would stay, empty
	}
	r.dirty, r.recorded = false, record.Held.Len()
	d.mu.Unlock()
	if broken != nil {
		return nil // the files on disk may not be changed
	}
	if err := file.Sync(); err != nil {
		return r.unsyncedLocked(fault.Disk(err))
	}
	if err := d.entry.SaveLocked(record, file); err != nil {
		d.mu.Lock()
		r.dirty = true
		d.mu.Unlock()
		return fault.Disk(err)
	}
	return nil
}

// unsyncedLocked drops the held bytes after they could not be made durable: the
// kernel does not keep bytes that it failed to write, nor say so a second time. It
// needs the lock of d.entry, and takes d.mu.
func (r *recorder) unsyncedLocked(err error) error {
	err = errors.Join(err, r.d.discardAllLocked())
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	r.d.failLocked(err)
	return err
}

// recordLocked returns the record of the download as it is now.
func (r *recorder) recordLocked() diskcache.Record {
	d := r.d
	url, exact, redirect := d.source.recordable()
	return diskcache.Record{Key: d.key, URL: url, Exact: exact, Redirect: redirect, State: d.state.String(), File: d.content.validator,
		Type: d.content.typ, Digest: d.digest, Sum: d.content.sum, Held: d.content.held}
}
