package fetch

import (
	"errors"
	"io"

	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
)

// finishLocked takes note that every byte is held. A file whose catalog gives a
// digest is complete once it was checked; any other gets one of our own, to be
// verified by later. One that a listing contradicts is not complete until the server
// was asked.
func (d *Download) finishLocked() {
	if d.content.contradicted(d.listed) {
		return
	}
	d.content.changes = 0
	check := digest.Known(d.listed.Digest) && d.content.sum == ""
	if !check {
		d.doneLocked()
	}
	if d.content.sum == "" && !d.summing {
		c, want := d.content, ""
		if check {
			want = d.listed.Digest
		}
		d.summing = d.store.spawn(func() { d.seal(want, c) })
	}
}

// seal makes the digest of a file that is held whole, and compares it with the
// catalog's, want, if that is not "". When the store closes it is left to a later one.
func (d *Download) seal(want string, c *content) {
	check := want != ""
	d.mu.Lock()
	size, own := c.validator.Size, c.checksum
	d.mu.Unlock()
	var sum string
	err := d.acquire(c)
	if err == nil {
		if err = c.file.Unaltered(); err != nil {
			// nothing is made of data that changed at rest
		} else if sum = want; check {
			err = digest.Check(digest.Bounded{Ctx: d.store.ctx, Reader: io.NewSectionReader(c.file, 0, size)}, want)
		} else {
			err = digest.Pour(&own, digest.Bounded{Ctx: d.store.ctx, Reader: io.NewSectionReader(c.file, own.End, size-own.End)})
			if sum = own.String(); err == nil && own.End < size {
				err = diskcache.ErrGone // it was cut short
			}
		}
		c.file.Release()
	}
	switch {
	case check && errors.Is(err, ErrDigest):
		d.discardSpoiled(c, err)
	case errors.Is(err, diskcache.ErrAltered), errors.Is(err, diskcache.ErrGone):
		err = d.discardGone(c, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.summing = false
	dropped := d.currentLocked(c) != nil
	switch {
	case dropped && d.content.complete():
		d.finishLocked() // another version, which had to wait for this
	case dropped:
	case err == nil:
		d.content.sum = sum
		d.recorder.markDirtyLocked()
		d.doneLocked()
	case check && !errors.Is(err, ErrClosed):
		d.failLocked(err) // it cannot be said to be complete
	}
	d.notifyLocked()
}

// doneLocked says that the file is complete, whatever failed before.
func (d *Download) doneLocked() {
	if d.content.contradicted(d.listed) {
		d.scheduleLocked() // a listing came while the digest was made
		return
	}
	d.failure.err = nil
	_ = d.transitionLocked(evDone) // never refused
}

// discardSpoiled drops a file that is not what its digest says.
func (d *Download) discardSpoiled(c *content, err error) {
	d.entry.Lock()
	defer d.entry.Unlock()
	d.mu.Lock()
	if d.currentLocked(c) != nil {
		d.mu.Unlock()
		return
	}
	d.changeLocked(validator.Unknown, nil)
	d.failLocked(err)
	d.mu.Unlock()
	d.unlinkLocked()
}
