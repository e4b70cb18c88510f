package fetch

import (
	"errors"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// worthGiving is how many bytes a read gets at once that could wait for the rest. A
// program that is given less, such as a single page of a mapping, may take it for an error.
const worthGiving = 4<<10 + 1

// partLocked ends a read of need that fails with err: it returns how many of the bytes
// before the first missing one the reader gets, and the content that they are of. Only a
// pause gives some: where a later read may well bring the rest, a program that does not
// look again would take a part for all.
func (r *Reader) partLocked(need ranges.Range, err error) (int, *content, error) {
	c := r.d.content // another one may have come since need was clipped
	n := c.heldOf(need, r.given)
	if n == 0 || r.err != nil || c.suspect || !errors.Is(err, ErrBusy) {
		return 0, nil, err
	}
	r.given = max(r.given, need.Start+n)
	r.serveLocked()
	return int(n), c, err
}

// heldOf returns how many bytes of need are held before the first missing one, as far as
// a handle that has read up to given may have them.
func (c *content) heldOf(need ranges.Range, given int64) int64 {
	need.End = min(need.End, need.Start+c.held.From(need.Start))
	if !c.held.Contains(c.before(need, given)) {
		return 0
	}
	return max(need.Len(), 0)
}
