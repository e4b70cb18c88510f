package fetch

import (
	"errors"
	"io/fs"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
)

// leaveUnreadLocked leaves the files of a download alone, whose record the disk does not
// give: what they hold may be whole. Bytes come past the cache, unless the record may
// say that the download is paused.
func (d *Download) leaveUnreadLocked(err error) {
	if d.failure.unread == nil && d.store.complaints.Allow() {
		d.store.log.Warn("the cache cannot be read: nothing is kept of a download", "key", d.key, "err", err)
	}
	d.failure.unread, d.failure.tried = err, time.Now()
	if d.entry.MayBeActive() {
		d.failure.broken = err
		d.cancelAllLocked(errStopped)
		d.waiters.notify() // nothing comes for those who wait
	}
}

// untouchableLocked returns why the files on disk may not be touched, or nil.
func (f *failure) untouchableLocked() error {
	if f.broken != nil {
		return f.broken
	}
	return f.unread
}

// readAgain reads a record that the disk did not give before, unless it was tried a
// moment ago. The caller has no lock. It fails where the record still cannot be read.
func (d *Download) readAgain() error {
	d.mu.Lock()
	err := d.failure.unread
	due := err != nil && time.Since(d.failure.tried) >= failedRest
	if due {
		d.failure.tried = time.Now() // one at a time
	}
	d.mu.Unlock()
	if !due || !d.store.enter() {
		return err
	}
	defer d.store.wg.Done()
	r, err := d.store.readRecord(d.entry, d.key)
	file := d.entry.File()
	damaged := diskcache.Damaged(err)
	if damaged {
		if err := d.entry.DropDamaged(); err != nil {
			d.store.unremoved(d.key, err)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.failure.unread == nil {
		return nil // a cancel has dropped all
	}
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !damaged && !missing {
		d.leaveUnreadLocked(fault.Disk(err))
		return d.failure.unread
	}
	d.failure.unread, d.failure.broken, d.failure.err = nil, nil, nil
	d.content.givenUp = d.content.givenUp || damaged
	if err == nil {
		d.restoreUnreadLocked(r, file)
	}
	d.recorder.markDirtyLocked()
	d.scheduleLocked()
	d.notifyLocked()
	return nil
}

// restoreUnreadLocked takes over what a record says, in the place of all that was learnt
// while it could not be read.
func (d *Download) restoreUnreadLocked(r diskcache.Record, file *diskcache.File) {
	listed, known := d.listed, d.content.validator
	d.transfers.cancelOthers(nil, errDropped)
	d.content = &content{validator: validator.Unknown, file: file, fresh: none}
	d.restoreLocked(r)
	d.listed = d.listed.Next(listed)
	d.content.hear(d.listed)
	validation{d}.outdateLocked()
	for reader := range d.readers {
		now := d.content.validator
		if reader.served && now != known || reader.size >= 0 && reader.size != now.Size {
			reader.endLocked(ErrStale)
		}
	}
	d.revision = d.store.revisions.Add(1)
	d.retainLocked()
}
