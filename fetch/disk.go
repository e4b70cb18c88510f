package fetch

import (
	"cmp"
	"errors"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// openCache opens the store's folder.
func (s *Store) openCache(dir string) (err error) {
	s.cache, err = diskcache.Open(dir, diskcache.Options{
		MaxBytes: s.opt.MaxBytes,
		MinFree:  s.opt.MinFree,
		Session:  s.opt.Session,
		Files:    s.opt.files,
		Logger:   s.log,
		InUse:    func(name string) bool { return s.loaded(name) != nil },
		Evict:    s.evict,
	})
	return err
}

// holdsLocked fails with errDropped unless f has what is held now: since somebody
// was given f, bytes may have been dropped.
func (d *Download) holdsLocked(f *diskcache.File) error {
	if d.file != f {
		return errDropped
	}
	return nil
}

func (d *Download) holds(f *diskcache.File) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.holdsLocked(f)
}

// acquire takes a reference to f, which f.Release gives back. It fails with
// errDropped if the bytes in f were dropped, or have to be because another program
// emptied the cache.
func (d *Download) acquire(f *diskcache.File) error {
	if err := d.holds(f); err != nil {
		return err
	}
	if f.Share() {
		return nil
	}
	if !d.store.enter() {
		return ErrClosed // the folder may be another's by now
	}
	defer d.store.wg.Done()
	switch err := f.Acquire(); {
	case err == nil:
		return nil
	case errors.Is(err, diskcache.ErrDropped):
		return errDropped
	case errors.Is(err, diskcache.ErrGone):
		return d.discardGone(f, err)
	default:
		return fault.Disk(err)
	}
}

// discardGone drops what f should hold and does not.
func (d *Download) discardGone(f *diskcache.File, err error) error {
	d.entry.Lock()
	defer d.entry.Unlock()
	if err := d.holds(f); err != nil {
		return err
	}
	d.store.log.Warn("cache entry is gone", "key", d.key, "err", err)
	return cmp.Or(d.discardLost(), errDropped)
}
