package fetch

import (
	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
)

// change takes over another version of the remote: what is held of the old one
// goes, and so do the handles that have seen it. d.mu and d.entry are locked.
func (d *Download) change(v validator.Validator, but *flight) {
	d.outdate()
	d.validator, d.noRanges, d.sizeless = v, false, false
	d.flips++
	d.ground(but, errAnother)
	d.discardHeldLocked()
	_ = d.happen(evChanged) // never refused
	d.announce()
}

// outdate ends the handles that have given out bytes. d.mu is held.
func (d *Download) outdate() {
	for r := range d.readers {
		if r.served {
			r.end(ErrStale)
		}
	}
}

// discardHeldLocked lets go of what is held; the caller unlinks the file. If nothing
// can prove that what comes next is the same, it is taken for another version.
// d.mu and d.entry are locked.
func (d *Download) discardHeldLocked() {
	if d.validator.Known() && !d.validator.Strong() {
		d.outdate()
		d.validator = validator.Unknown
	}
	if d.validator.Size == 0 {
		d.validator = validator.Unknown // no read would ever ask whether it still is
	}
	for r := range d.readers {
		r.window.Forget() // or it would have fetched again what was dropped
	}
	d.epoch = d.store.epochs.Add(1)
	d.have, d.sum, d.tally, d.mirror = nil, "", digest.Running{}, Location{}
	d.file = d.entry.DiscardLocked()
	d.touched()
}

// unlink removes dropped bytes from disk, durably where a power cut must not bring
// them back. Where that fails the download is not to be used any more. d.entry is
// locked.
func (d *Download) unlink(durable bool) error {
	err := d.entry.DropLocked(durable)
	if err == nil {
		return nil
	}
	err = fault.Disk(err)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.broken = err
	d.fail(err) // or who waits would wait for ever
	return err
}

// discardLost drops what is said to be held after the disk turned out not to hold it.
// d.entry is locked.
func (d *Download) discardLost() error {
	d.mu.Lock()
	d.ground(nil, errDropped)
	d.discardHeldLocked()
	_ = d.happen(evChanged) // never refused
	d.announce()
	d.mu.Unlock()
	return d.unlink(false)
}
