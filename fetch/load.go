package fetch

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// load reads what is on disk of the download, and keeps of it what can be
// trusted. It is called once, before anyone but its own goroutines has the
// download.
func (d *Download) load() {
	if !d.store.enter() {
		d.broken = ErrClosed
		return
	}
	defer d.store.wg.Done()
	r, err := d.entry.Load(d.key)
	switch {
	case err == nil:
		d.restore(r)
	case errors.Is(err, ErrTooNew):
		d.broken = fmt.Errorf("%s: %w", d.entry.RecordPath(), err)
	case errors.Is(err, fs.ErrNotExist) && !errors.Is(err, diskcache.ErrGone): // there is no record
	case diskcache.Damaged(err):
		d.store.log.Warn("cache entry dropped", "key", d.key, "err", err)
		if err := d.entry.DropDamaged(); err != nil {
			d.broken = fault.Disk(err)
		}
	default:
		d.broken = fault.Disk(err) // no reason to lose what may be whole
	}
}

// restore takes over what a record says.
func (d *Download) restore(r diskcache.Record) {
	d.validator, d.have, d.typ, d.publicURL = r.File, r.Held, r.Type, r.URL
	d.digest, d.sum, d.file = r.Digest, r.Sum, d.entry.File()
	if r.Exact && d.location.URL == "" {
		d.location, d.recalled = Location{URL: r.URL}, true
	}
	d.mirror = Location{URL: r.Mirror, mirror: true}
	switch r.State {
	case Paused.String():
		d.state = Paused
	case Downloading.String(), Failed.String():
		d.state = Downloading
	}
	if d.allHeld() && (d.sum != "" || !digest.Known(d.digest)) {
		d.state = Complete
	}
	d.told = d.state
	if d.state == Complete && d.sum == "" { // the store closed, or died, before it was sealed
		d.mu.Lock() // for seal, which begins at once
		defer d.mu.Unlock()
		d.finish()
	}
}
