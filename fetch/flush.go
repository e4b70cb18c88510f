package fetch

import (
	"errors"
	"os"
	"path/filepath"
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
	if d.file != nil && !d.dirty && !d.flushing && len(d.flights) == 0 && len(d.readers) == 0 {
		d.file.Unref()
		d.file = nil
	}
}

// persist makes what is held durable, and then the record that says so.
func (d *Download) persist() error {
	d.disk.Lock()
	defer d.disk.Unlock()
	return d.persistLocked()
}

// persistLocked is persist for who holds d.disk.
func (d *Download) persistLocked() error {
	d.mu.Lock()
	r, broken := d.toRecord(), d.broken
	if r.Worthless() && len(d.flights) == 0 {
		d.file.Unref() // or it would stay, empty
		d.file = nil
	}
	file := d.file
	d.dirty, d.recorded = false, r.Held.Len()
	if broken != nil {
		d.mu.Unlock()
		return nil // what is on disk is not ours to change
	}
	if file != nil {
		defer file.Ref().Unref()
	}
	d.mu.Unlock()

	if file != nil {
		if err := file.Files.Sync(file.File); err != nil {
			return d.unsynced(fault.Disk(err))
		}
	}
	if err := d.write(r); err != nil {
		d.mu.Lock()
		d.dirty = true
		d.mu.Unlock()
		return fault.Disk(err)
	}
	return nil
}

// unsynced drops what is held after it could not be made durable: the kernel
// does not keep what it failed to write, nor say so a second time. d.disk is
// held.
func (d *Download) unsynced(err error) error {
	err = errors.Join(err, d.lose())
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail(err)
	return err
}

// write puts a record and its marks on disk. A mark may be there too many,
// never too few: it is made before the record and removed after it. d.disk is
// held.
func (d *Download) write(r diskcache.Record) error {
	if r.Worthless() {
		return d.erase()
	}
	active := r.State != Idle.String() && r.State != Complete.String()
	session := d.store.opt.Session && r.State == Complete.String()
	if err := d.marks.Add(d.place.Files, d.place.ActivePath(), active); err != nil {
		return err
	}
	if err := d.marks.Add(d.place.Files, d.place.SessionPath(), session); err != nil {
		return err
	}
	if err := d.place.Files.MakeDir(filepath.Dir(d.place.RecordPath())); err != nil {
		return err
	}
	if err := r.Save(d.place); err != nil {
		return err
	}
	return errors.Join(d.marks.Remove(d.place.Files, d.place.ActivePath(), !active),
		d.marks.Remove(d.place.Files, d.place.SessionPath(), !session))
}

// erase removes a record that is worth nothing, and the empty file of data beside
// it. What the record told of before went for good when it was dropped: if it
// comes back it tells of nothing. d.disk is held.
func (d *Download) erase() error {
	err := d.place.Files.Remove(d.place.RecordPath())
	d.mu.Lock()
	open := d.file != nil
	d.mu.Unlock()
	if _, missing := os.Stat(d.place.DataPath()); !open && missing == nil {
		err = d.place.Clear()
	}
	return errors.Join(err, d.marks.Remove(d.place.Files, d.place.ActivePath(), true),
		d.marks.Remove(d.place.Files, d.place.SessionPath(), true))
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
