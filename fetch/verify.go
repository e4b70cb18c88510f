package fetch

import (
	"errors"
	"io"

	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
)

// finish takes note that every byte is held. A file whose catalogue gives a
// digest is complete once it was checked; any other gets one of our own, to be
// verified by later. d.mu is held.
func (d *Download) finish() {
	d.flips = 0
	check := digest.Known(d.digest) && d.sum == ""
	if !check {
		d.done()
	}
	if d.sum == "" && !d.summing {
		f := d.file
		d.summing = d.store.spawn(func() { d.seal(check, f) })
	}
}

// seal makes the digest of a file that is held whole, and compares it with the
// catalogue's if there is one. When the store closes it is left to a later one.
func (d *Download) seal(check bool, f *diskcache.File) {
	d.mu.Lock()
	size, want, own := d.validator.Size, d.digest, d.tally
	d.mu.Unlock()
	var sum string
	err := d.acquire(f)
	if err == nil {
		if sum = want; check {
			err = digest.Check(digest.Bounded{Ctx: d.store.ctx, Reader: io.NewSectionReader(f, 0, size)}, want)
		} else {
			err = digest.Pour(&own, digest.Bounded{Ctx: d.store.ctx, Reader: io.NewSectionReader(f, own.End, size-own.End)})
			sum = own.String()
		}
		f.Release()
	}
	if check && errors.Is(err, ErrDigest) {
		d.spoiled(f, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.summing = false
	dropped := d.holdsLocked(f) != nil
	switch {
	case dropped && d.allHeld():
		d.finish() // another version, which had to wait for this
	case dropped:
	case err == nil:
		d.sum = sum
		d.touched()
		d.done()
	case check && !errors.Is(err, ErrClosed):
		d.fail(err) // it cannot be said to be complete
	}
	d.announce()
}

// done says that the file is complete, whatever failed before. d.mu is held.
func (d *Download) done() {
	d.err = nil
	_ = d.happen(evDone) // never refused
}

// spoiled drops a file that is not what its digest says.
func (d *Download) spoiled(f *diskcache.File, err error) {
	d.entry.Lock()
	defer d.entry.Unlock()
	d.mu.Lock()
	if d.holdsLocked(f) != nil {
		d.mu.Unlock()
		return
	}
	d.change(validator.Unknown, nil)
	d.fail(err)
	d.mu.Unlock()
	if err := d.unlink(false); err != nil {
		d.store.log.Warn("cannot drop a spoiled file", "key", d.key, "err", err)
	}
}
