package fetch

import (
	"cmp"
	"errors"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// acquire takes a reference to the file of c, which c.file.Release gives back. It
// fails with errDropped if the bytes of c were dropped, or have to be because another
// program emptied the cache.
func (d *Download) acquire(c *content) error { return d.acquireBy(c, c.file.Acquire) }

// acquireLong is acquire for a reference that is kept. It also fails where too many
// files are open.
func (d *Download) acquireLong(c *content) error { return d.acquireBy(c, c.file.AcquireLong) }

func (d *Download) acquireBy(c *content, acquire func() error) error {
	unread := d.readAgain()
	d.mu.Lock()
	err := d.currentLocked(c)
	d.mu.Unlock()
	if err = cmp.Or(err, unread); err != nil || c.file.Share() {
		return err
	}
	if !d.store.enter() {
		return ErrClosed // the folder may be another process's by now
	}
	defer d.store.wg.Done()
	switch err := acquire(); {
	case err == nil:
		return nil
	case errors.Is(err, diskcache.ErrDropped):
		return errDropped
	case errors.Is(err, diskcache.ErrGone):
		return d.discardGone(c, err)
	default:
		return fault.Disk(err)
	}
}

// discardGone drops the bytes of c, which the disk does not hold as they were.
func (d *Download) discardGone(c *content, gone error) error {
	d.entry.Lock()
	defer d.entry.Unlock()
	d.mu.Lock()
	err := d.currentLocked(c)
	c.givenUp = true // which passes to the next content
	d.mu.Unlock()
	if err != nil {
		return err
	}
	d.store.log.Warn("cache entry is gone", "key", d.key, "err", gone)
	d.discardAllLocked()
	return errDropped
}
