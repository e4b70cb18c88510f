package fetch

import (
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/claim"
)

// A trust is how far the bytes of a content can be taken for those that the server
// has now.
type trust int

const (
	// hearsay: only a catalog has told of the file. No byte is held.
	hearsay trust = iota

	// confirmed: the server told of this version, and no listing has contradicted it
	// since.
	confirmed

	// unconfirmed: nothing contradicts this version, but the server has to be asked
	// once. Until it answers, the held bytes are shown and served.
	unconfirmed

	// contradicted: a listing tells of another version. The listing is shown, and no
	// handle is opened before the server was asked.
	contradicted
)

// A fresh is what is known of how fresh a content is: the claim that its version came
// with, and when the server was last asked. It is part of the content.
type fresh struct {
	claim   claim.Claim // of the newest listing when the server was last asked
	checked time.Time   // when that was; zero unknown
	denied  claim.Claim // of the version that this one took the place of
}

// none is what is known before the server was asked.
var none = fresh{claim: claim.None, denied: claim.None}

// isOf reports whether what a listing tells can be of a version of size bytes. A listing
// that tells again what was denied is believed: a server in trouble may have sent what
// only looked like another version.
func (f fresh) isOf(told claim.Claim, size int64) bool {
	if size >= 0 && told.Size >= 0 && told.Size != size {
		return false
	}
	return !f.denied.Tells() || told.Listing > f.denied.Listing || f.denied.Contradicts(told)
}

// trust returns how far the content can be trusted, where listed is the newest claim.
// ttl is how long a version holds of which no listing tells anything; 0 is for ever.
func (c *content) trust(listed claim.Claim, now time.Time, ttl time.Duration) trust {
	switch {
	case !c.validator.Known():
		return hearsay
	case c.contradicted(listed):
		return contradicted
	case listed.Refreshed > c.fresh.claim.Refreshed, c.disputed(listed), ttl > 0 && !listed.Tells() && c.olderThan(ttl, now):
		return unconfirmed
	}
	return confirmed
}

// contradicted reports whether the newest claim is of another version.
func (c *content) contradicted(listed claim.Claim) bool {
	return c.validator.Known() && c.fresh.claim.Contradicts(listed)
}

// disputed reports whether the version came by no listing, and the newest claim is not of
// it by the server's own word: that of a later version, or wrong from the start.
func (c *content) disputed(listed claim.Claim) bool {
	if !c.validator.Known() || c.fresh.claim.Tells() || !c.fresh.isOf(listed, -1) {
		return false
	}
	return claim.Claim{Size: c.validator.Size, Modified: c.validator.ModTime()}.Contradicts(listed)
}

// olderThan reports whether the server was last asked longer ago than ttl. A time to
// come is one of a clock that was wrong, and counts as now.
func (c *content) olderThan(ttl time.Duration, now time.Time) bool {
	return now.Sub(c.fresh.checked) >= ttl && !c.fresh.checked.After(now)
}

// shown returns the size and the time that are shown: of the version that is held,
// unless the newest claim is of another one. The time is zero where nobody tells that
// of the version: as long as its size is unknown, a listing that tells a size may be of
// another.
func (c *content) shown(listed claim.Claim) (size int64, modified time.Time) {
	if c.contradicted(listed) {
		return listed.Size, listed.Modified
	}
	size, modified = c.validator.Size, c.validator.ModTime()
	for _, told := range []claim.Claim{c.fresh.claim, listed} {
		known := size >= 0 || told.Size < 0
		if known && !told.Modified.IsZero() && c.fresh.isOf(told, size) && !c.disputed(told) {
			modified = told.Modified
		}
	}
	return size, modified
}

// hear takes in the newest claim. The content is of the version that listed tells of,
// unless they contradict each other and the server, too, told something else. Where
// the server was never asked, the size is the listing's, unless the server has denied
// that claim. hear reports whether the content's own claim has changed.
func (c *content) hear(listed claim.Claim) (changed bool) {
	before := c.fresh.claim
	switch known := c.validator; {
	case !known.Known():
		size := listed.Size
		if !c.fresh.isOf(listed, -1) {
			size = -1 // the server has another version, whose size it has to tell again
		}
		if c.held.Valid(size) || size < 0 {
			c.validator.Size = size
		}
	case c.disputed(listed): // the server decides
	case !c.contradicted(listed):
		c.fresh.claim = c.fresh.claim.Fill(listed)
	case known.Size >= 0 && known.Size == listed.Size && !listed.Modified.IsZero() &&
		claim.SameTime(known.ModTime(), listed.Modified, listed.Precision) &&
		!listed.Contradicts(claim.Claim{Size: -1, Digest: before.Digest}): // of which the server says nothing
		refreshed := c.fresh.claim.Refreshed
		c.fresh.claim = listed
		c.fresh.claim.Refreshed = refreshed
	}
	return c.fresh.claim != before
}

// confirm notes that the server has the version, as was asked when listed was the
// newest claim.
func (c *content) confirm(listed claim.Claim, now time.Time) {
	if c.validator.Known() {
		listed = listed.Fill(c.fresh.claim)
	}
	c.fresh.claim, c.fresh.checked = listed, now
}

// unanswered notes that the server was asked and did not say whether it still has
// the version.
func (c *content) unanswered(listed claim.Claim, now time.Time) {
	c.fresh.claim.Refreshed, c.fresh.checked = listed.Refreshed, now
}
