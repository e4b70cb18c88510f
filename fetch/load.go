package fetch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// load reads what is on disk of the download, and keeps of it what can be
// trusted. It is called once, before anyone but its own goroutines has the
// download.
func (d *Download) load() {
	if !d.store.enter() {
		d.failure.broken = ErrClosed
		return
	}
	defer d.store.wg.Done()
	d.store.awaitDrop(d.place.name)
	r, err := readRecord(d.place.record())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return
	case errors.Is(err, ErrTooNew):
		d.failure.broken = fmt.Errorf("%s: %w", d.place.record(), err)
		return
	case err == nil && r.Key != d.key:
		err = errTorn
	}
	used := time.Now()
	if err == nil {
		used, err = checkData(d.place.data(), r.Held)
	}
	switch {
	case err == nil:
		d.restore(r, used)
	case damaged(err):
		d.store.log.Warn("cache entry dropped", "key", d.key, "err", err)
		if err := d.place.clear(); err != nil {
			d.failure.broken = fault.Disk(err)
		}
	default:
		d.failure.broken = fault.Disk(err) // no reason to lose what may be whole
	}
}

// damaged reports whether err, of reading an entry, says that the entry is not
// whole, and not merely that it could not be read now.
func damaged(err error) bool {
	return errors.Is(err, errTorn) || errors.Is(err, ErrDigest) || errors.Is(err, fs.ErrNotExist)
}

// restore takes over what a record says of data that was last used at used.
func (d *Download) restore(r record, used time.Time) {
	d.content.validator, d.content.held, d.content.typ, d.source.publicURL = r.File, r.Held, r.Type, r.URL
	d.digest, d.content.sum = r.Digest, r.Sum
	d.store.usage.seen(d.place.name, d.content.held.Len(), used)
	if r.Exact && d.source.location.URL == "" {
		d.source.location, d.source.recalled = Location{URL: r.URL}, true
	}
	d.source.redirect = Location{URL: r.Mirror}
	switch r.State {
	case Paused.String():
		d.state = Paused
	case Downloading.String(), Failed.String():
		d.state = Downloading
	}
	if d.content.complete() && (d.content.sum != "" || !digest.Known(d.digest)) {
		d.state = Complete
	}
	d.reported = d.state
	if d.state == Complete && d.content.sum == "" { // the store closed, or died, before it was sealed
		d.mu.Lock() // for seal, which begins at once
		defer d.mu.Unlock()
		d.finishLocked()
	}
}

// checkData fails unless the data file is long enough for what is said to be
// held in it. used is when it was last used.
func checkData(path string, held ranges.Set) (used time.Time, err error) {
	if len(held) == 0 {
		return time.Now(), nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}, err
	}
	if end := held[len(held)-1].End; info.Size() < end {
		return time.Time{}, fmt.Errorf("%w: %d bytes of data, %d recorded", errTorn, info.Size(), end)
	}
	return info.ModTime(), nil
}
