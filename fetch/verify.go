package fetch

import (
	"errors"
	"io"

	"github.com/tunesfs/tunesfs/fetch/internal/digest"
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
		drops := d.drops
		d.summing = d.store.spawn(func() { d.seal(check, drops) })
	}
}

// seal makes the digest of a file that is held whole, and compares it with the
// catalogue's if there is one. When the store closes it is left to a later one.
func (d *Download) seal(check bool, drops uint64) {
	d.mu.Lock()
	size, want, own := d.validator.Size, d.digest, d.tally
	d.mu.Unlock()
	var sum string
	f, err := d.data(drops)
	if err == nil {
		if sum = want; check {
			err = digest.Check(digest.Bounded{Ctx: d.store.ctx, Reader: io.NewSectionReader(f, 0, size)}, want)
		} else {
			err = digest.Pour(&own, digest.Bounded{Ctx: d.store.ctx, Reader: io.NewSectionReader(f, own.End, size-own.End)})
			sum = own.String()
		}
		f.Unref()
	}
	if check && errors.Is(err, ErrDigest) {
		d.spoiled(drops, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.summing = false
	switch {
	case d.drops != drops && d.allHeld():
		d.finish() // another version, which had to wait for this
	case d.drops == drops && err == nil:
		d.sum = sum
		d.touched()
		d.done()
	case d.drops == drops && check && !errors.Is(err, ErrClosed):
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
func (d *Download) spoiled(drops uint64, err error) {
	d.disk.Lock()
	defer d.disk.Unlock()
	d.mu.Lock()
	if d.drops != drops {
		d.mu.Unlock()
		return
	}
	d.change(validator.Unknown, nil)
	d.fail(err)
	d.mu.Unlock()
	if err := d.unlink(); err != nil {
		d.store.log.Warn("cannot drop a spoiled file", "key", d.key, "err", err)
	}
}
