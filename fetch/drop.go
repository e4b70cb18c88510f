package fetch

import (
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
)

// changeLocked takes over another version of the remote: what is held of the old one
// goes, and so do the handles that have seen it. d.mu and d.disk are held.
func (d *Download) changeLocked(v validator.Validator, but *transfer) {
	d.endReadersLocked()
	d.validator, d.noRanges, d.sizeless = v, false, false
	d.flips++
	d.transfers.cancelOthers(but, errAnother)
	d.discardLocked()
	_ = d.transitionLocked(evChanged) // never refused
	d.notifyLocked()
}

// endReadersLocked ends the handles that have given out bytes. d.mu is held.
func (d *Download) endReadersLocked() {
	for r := range d.readers {
		if r.served {
			r.end(ErrStale)
		}
	}
}

// discardLocked lets go of what is held; the caller unlinks the file. If nothing
// can prove that what comes next is the same, it is taken for another version.
// d.mu and d.disk are held.
func (d *Download) discardLocked() {
	if d.validator.Known() && !d.validator.Strong() {
		d.endReadersLocked()
		d.validator = validator.Unknown
	}
	if d.validator.Size == 0 {
		d.validator = validator.Unknown // no read would ever ask whether it still is
	}
	for r := range d.readers {
		r.window.Forget() // or it would have fetched again what was dropped
	}
	d.epoch = d.store.epochs.Add(1)
	d.have, d.sum, d.checksum, d.source.redirect = nil, "", digest.Running{}, Location{}
	d.drops++
	d.store.usage.set(d.place.name, 0, time.Time{})
	if d.file != nil {
		d.file.unref()
		d.file = nil
	}
	d.markDirtyLocked()
}

// unlinkLocked removes dropped bytes from disk. The record that still tells of them
// goes first: it may never say more than the data holds. Where that fails the
// download is not to be used any more. d.disk is held.
func (d *Download) unlinkLocked() error { return d.removedLocked(d.place.clear()) }

// removedLocked takes note of how unlink, or what stands for it, has ended. d.disk is
// held.
func (d *Download) removedLocked(err error) error {
	if err == nil {
		return nil
	}
	err = fault.Disk(err)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failure.broken = err
	d.failLocked(err) // or who waits would wait for ever
	return err
}

// loseLocked drops what is said to be held after the disk turned out not to hold it.
// d.disk is held.
func (d *Download) loseLocked() error {
	d.mu.Lock()
	d.transfers.cancelOthers(nil, errDropped)
	d.discardLocked()
	_ = d.transitionLocked(evChanged) // never refused
	d.notifyLocked()
	d.mu.Unlock()
	return d.unlinkLocked()
}
