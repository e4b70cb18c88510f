package fetch

import (
	"errors"
	"io/fs"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/claim"
	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/clock"
	"github.com/tunesfs/tunesfs/internal/durable"
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
	r, err := d.store.readRecord(d.entry, d.key)
	switch {
	case err == nil:
		file := d.entry.File()
		d.mu.Lock()
		defer d.mu.Unlock()
		d.content.file = file
		d.restoreLocked(r)
		d.reported = d.state
	case errors.Is(err, durable.ErrNotRegular) && !diskcache.Damaged(err):
		d.store.log.Warn("no record can be kept of a download: something else lies in its place", "key", d.key, "err", err)
	case errors.Is(err, ErrTooNew):
		d.failure.broken = durable.At(d.entry.RecordPath(), err)
	case errors.Is(err, fs.ErrNotExist) && !errors.Is(err, diskcache.ErrGone): // there is no record
	case diskcache.Damaged(err):
		d.store.log.Warn("cache entry dropped", "key", d.key, "err", err)
		d.content.givenUp = true
		if err := d.entry.DropDamaged(); err != nil {
			d.store.unremoved(d.key, err) // the next record takes its place
		}
	default:
		d.mu.Lock()
		defer d.mu.Unlock()
		d.leaveUnreadLocked(fault.Disk(err))
	}
}

// readRecord reads the record of a download. Its listings have the numbers that count in
// this process.
func (s *Store) readRecord(e *diskcache.Entry, key string) (diskcache.Record, error) {
	r, err := e.Load(key)
	if err != nil {
		return r, err
	}
	for _, c := range []*claim.Claim{&r.Claim, &r.Listed, &r.Denied} {
		c.Listing, c.Refreshed = s.opt.Recall(c.Listing), s.opt.Recall(c.Refreshed)
	}
	return r, nil
}

// restoreLocked takes over what a record says. The file of the content is that of the
// record.
func (d *Download) restoreLocked(r diskcache.Record) {
	d.content.validator, d.content.held, d.content.typ = r.File, r.Held, r.Type
	now := time.Now()
	d.content.sum, d.content.fresh = r.Sum, fresh{r.Claim, clock.Steady(r.Checked, now), r.Denied}
	d.listed = r.Claim
	if !r.Listed.IsZero() {
		d.listed = r.Listed
	}
	d.source.recall(r.URL, r.Exact)
	d.source.redirect = Location{URL: r.Redirect}
	d.source.expect(r.Expected)
	switch r.State {
	case Paused.String():
		d.state, d.wish = Paused, wishOf(r.Wanted)
	case Downloading.String(), Failed.String():
		d.state, d.wish = Downloading, wishOf(r.Wanted)
	}
	if d.content.complete() && !d.content.contradicted(d.listed) && (d.content.sum != "" || !digest.Known(d.listed.Digest)) {
		d.state, d.wish = Complete, 0
	}
	if r.Checked.After(now) { // else it would be as young again at each load
		d.recorder.markDirtyLocked()
	}
	if d.state == Complete && d.content.sum == "" { // the store closed, or died, before it was sealed
		d.finishLocked()
	}
}
