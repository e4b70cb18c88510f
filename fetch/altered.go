package fetch

import (
	"context"
	"errors"
	"io"

	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// Ready waits until the handle can be read, in two cases; else it waits for nothing.
// Where another program changed the data of a complete file, that is compared with its
// digest first. Where bytes had to be given up, the first one is fetched: while the
// remote cannot send it Ready fails with the errors of ReadAt.
func (r *Reader) Ready(ctx context.Context) error {
	if r.complete != nil {
		return nil
	}
	givenUp, err := r.d.gaveUp(ctx)
	if err != nil || !givenUp {
		return err
	}
	if _, err := r.ReadAt(ctx, make([]byte, 1), 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	r.d.content.givenUp = false
	return nil
}

// gaveUp reports whether nothing is held because bytes had to be given up, once that is
// known.
func (d *Download) gaveUp(ctx context.Context) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.awaitExaminedLocked(ctx); err != nil {
		return false, err
	}
	if len(d.content.held) > 0 {
		d.content.givenUp = false
	}
	return d.content.givenUp, nil
}

// awaitExaminedLocked waits while the content is suspect. It gives up d.mu while it
// waits.
func (d *Download) awaitExaminedLocked(ctx context.Context) error {
	for d.content.suspect {
		if err := d.waitLocked(ctx); err != nil {
			return err
		}
	}
	return nil
}

// vouch reports whether the data of a complete content, to which the caller has a
// reference, is as it was recorded. If not it is examined, and no byte of it given out
// until then.
func (d *Download) vouch(c *content) bool {
	err := c.file.Unaltered()
	d.mu.Lock()
	if errors.Is(err, diskcache.ErrAltered) || errors.Is(err, diskcache.ErrGone) {
		d.suspectLocked(c, err)
	}
	quiet := len(d.transfers) == 0 // nothing is written any more
	trusted := err == nil && !c.suspect
	d.mu.Unlock()
	if trusted && quiet && c.file.StampComplete() { // its record has none
		d.mu.Lock()
		defer d.mu.Unlock()
		d.recorder.markDirtyLocked()
	}
	return trusted
}

// suspectLocked has a content examined, whose data is not as it was recorded.
func (d *Download) suspectLocked(c *content, why error) {
	if d.currentLocked(c) == nil && !c.suspect {
		c.suspect = true
		d.store.spawn(func() { d.examine(c, why) }) // not once the store closes: nothing is read then
	}
}

// examine compares a content whose data was changed with its digest. A copied or
// restored cache passes. What does not, or has no digest, is given up.
func (d *Download) examine(c *content, why error) {
	if errors.Is(why, diskcache.ErrAltered) {
		why = d.compareAltered(c)
	}
	switch {
	case why == nil:
		d.mu.Lock()
		defer d.mu.Unlock()
		c.suspect = false
		d.revision = d.store.revisions.Add(1) // the kernel may have read what was there before
		d.recorder.markDirtyLocked()
		d.notifyLocked()
	case !errors.Is(why, ErrClosed) && !errors.Is(why, errSuperseded):
		_ = d.discardGone(c, why) // which says so to those who wait
	}
}

// compareAltered compares the data of a content with its digest, and has its stamp
// recorded if nothing changed it meanwhile.
func (d *Download) compareAltered(c *content) error {
	d.mu.Lock()
	size, sum := c.validator.Size, c.sum
	d.mu.Unlock()
	if sum == "" {
		return diskcache.ErrAltered
	}
	if err := d.acquire(c); err != nil {
		return err
	}
	defer c.file.Release()
	before, err := c.file.Stamp()
	if err != nil {
		return err
	}
	err = digest.Check(digest.Bounded{Ctx: d.store.ctx, Reader: io.NewSectionReader(c.file, 0, size)}, sum)
	if err != nil {
		return err
	}
	c.file.SetStamp(before)
	return c.file.Unaltered()
}
