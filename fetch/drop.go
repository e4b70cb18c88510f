package fetch

import (
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
)

// changeLocked takes over another version of the remote: the bytes of the old one are
// dropped, and the handles that have seen it end. d.entry is locked, too.
func (d *Download) changeLocked(v validator.Validator, but *transfer) {
	d.endReadersLocked(v.Size)
	d.transfers.cancelOthers(but, errAnother)
	d.replaceContentLocked(d.content.replaced(v))
	_ = d.transitionLocked(evChanged) // never refused
	d.notifyLocked()
}

// compareContentLocked puts a content in the place of one with the same file, of
// which nothing but a comparison tells whether a response continues it. The handles
// that have given out bytes which are not there to be compared end.
func (d *Download) compareContentLocked(next *content) {
	for r := range d.readers {
		if r.unheld {
			r.endLocked(ErrStale)
		}
	}
	suspect := next.suspect
	next.suspect = false
	if d.content = next; suspect {
		d.suspectLocked(next, diskcache.ErrAltered) // the one before is examined no more
	}
	d.recorder.markDirtyLocked()
	d.notifyLocked()
}

// endReadersLocked ends the handles that have given out bytes, or whose users rely on
// another size than the next version has.
func (d *Download) endReadersLocked(size int64) {
	for r := range d.readers {
		if r.served || r.size >= 0 && r.size != size {
			r.endLocked(ErrStale)
		}
	}
}

// discardLocked drops the held bytes; the caller unlinks the file. d.entry is locked,
// too.
func (d *Download) discardLocked() {
	next, same := d.content.discarded()
	if !same {
		d.endReadersLocked(d.content.validator.Size)
	}
	d.replaceContentLocked(next)
}

// replaceContentLocked puts a content in the place of one whose bytes are dropped.
// d.entry is locked, too.
func (d *Download) replaceContentLocked(next *content) {
	d.endEarlyLocked()
	for r := range d.readers {
		r.window.Forget() // or it would have fetched again what was dropped
		r.interest.Forget()
		r.unheld = r.unheld || r.served
	}
	next.file = d.entry.DiscardLocked()
	d.content, d.source.redirect = next, Location{}
	d.revision = d.store.revisions.Add(1)
	d.recorder.markDirtyLocked()
}

// unlinkLocked removes dropped bytes from disk. What the disk does not remove is of a
// generation before, and harms nothing: the next record takes the place of the old one,
// and the file goes by the next drop, save or scan. It needs the lock of d.entry.
func (d *Download) unlinkLocked() {
	if err := d.entry.DropLocked(false); err != nil {
		d.store.unremoved(d.key, err)
	}
}

// eraseLocked removes dropped bytes from disk so that no power cut brings them back. It
// needs the lock of d.entry.
func (d *Download) eraseLocked() error {
	if err := d.entry.DropLocked(true); err != nil {
		return fault.Disk(err)
	}
	return nil
}

// discardAllLocked drops all bytes and ends all transfers, after the disk turned out
// not to hold the bytes. It needs the lock of d.entry, and takes d.mu.
func (d *Download) discardAllLocked() {
	d.mu.Lock()
	d.transfers.cancelOthers(nil, errDropped)
	d.discardLocked()
	_ = d.transitionLocked(evChanged) // never refused
	d.notifyLocked()
	d.mu.Unlock()
	d.unlinkLocked()
}
