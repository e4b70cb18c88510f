package cached

import (
	"context"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/internal/clock"
)

// keep makes a listing that the service sent the one of k. A disk that fails
// costs only that the listing is gone after a restart. keep fails only if ctx ends,
// and then keeps nothing.
func (c *Source) keep(ctx context.Context, k key, from pagedListing) (*entry, error) {
	l := from.Listing
	old := c.kept(k)
	if old == nil {
		old = &entry{}
	}
	l.Sequence = c.numbers.next()
	c.stamp(k, l)
	l.Fetched = later(old.listing.Fetched)
	gone, err := assignNames(ctx, l, k.folder, old.listing, old.gone)
	if err != nil {
		return nil, err
	}
	e := newEntry(l, gone)
	e.pages, e.saved = from.pages, old.saved
	c.memory.put(k, e)
	c.save(k, e)
	return e, nil
}

// save writes a listing to disk. Of one that grows page by page it leaves out some
// pages: to write all of it for each would cost the square of its length.
func (c *Source) save(k key, e *entry) {
	n := count(e.listing)
	if e.pages > 0 && e.listing.Next != "" && e.saved <= n && n < e.saved+e.saved/8 {
		return
	}
	if err := c.disk.save(k, record{e.listing, e.gone, e.pages}); err != nil {
		c.log.Warn("a listing will not outlast this mount", "listing", k.arg, "error", err)
	}
	e.saved = n
}

// setByHand notes whether a user waits for a listing.
func (c *Source) setByHand(k key, waits bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if waits {
		c.byHand[k] = true
	} else {
		delete(c.byHand, k)
	}
}

// stamp marks the tracks that a listing has for the first time with its number.
func (c *Source) stamp(k key, l catalog.Listing) {
	c.mu.Lock()
	byHand := c.byHand[k]
	c.mu.Unlock()
	for i := range l.Tracks {
		t := &l.Tracks[i]
		if t.Listed != 0 {
			continue // of a page before
		}
		if t.Listed = l.Sequence; byHand {
			t.Refreshed = l.Sequence
		}
	}
}

// later returns the time, but never one that a response just before already has.
func later(last time.Time) time.Time {
	now := time.Now().UTC().Round(0) // as it will be read back from disk
	if early := last.Sub(now); 0 <= early && early < time.Second {
		return last.Add(1)
	}
	return now
}

// last returns the last listing of k, if there is one.
func (c *Source) last(k key) (catalog.Listing, bool) {
	e := c.kept(k)
	if e == nil {
		return catalog.Listing{}, false
	}
	return e.listing, true
}

// kept returns the last listing of k from memory or disk, or nil.
func (c *Source) kept(k key) *entry {
	if e := c.memory.get(k); e != nil {
		return e
	}
	r, err := c.disk.load(k)
	if err != nil {
		c.log.Warn("a kept listing is lost", "listing", k.arg, "error", err)
	}
	if r == nil {
		return nil
	}
	e := newEntry(r.Listing, r.Gone)
	e.listing.Sequence = c.numbers.recall(e.listing.Sequence)
	e.pages, e.saved = r.Pages, count(r.Listing)
	for i := range e.listing.Tracks {
		t := &e.listing.Tracks[i]
		t.Listed, t.Refreshed = c.numbers.recall(t.Listed), c.numbers.recall(t.Refreshed)
		if t.Listed == 0 { // of a version that did not number them
			t.Listed = e.listing.Sequence
		}
	}
	now := time.Now()
	e.listing.Fetched = clock.Past(r.Listing.Fetched, now.UTC().Round(0))
	e.listing.Expires = now.Add(fresh(r.Listing.Fetched, now, c.ttl))
	return e
}

// fresh returns for how long a listing that was stored at fetched needs no renewal.
// The age of one that the future holds is unknown, so it is due at once.
func fresh(fetched, now time.Time, ttl time.Duration) time.Duration {
	if age := now.Sub(fetched); 0 <= age && age < ttl {
		return ttl - age
	}
	return 0
}
