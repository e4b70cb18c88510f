package fetch

import (
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// validateLocked returns the request that asks for the server's word on the version
// that is held. The server need not send it again, unless that would prove nothing: a
// date asks only for what is newer, and a contradicting version may be an older one.
func (s *diskSink) validateLocked() origin.Request {
	c := s.d.content
	q := origin.Request{Range: ranges.Range{Start: 0, End: probeLen}}
	other := c.contradicted(s.listed)
	s.once = c.validator.Known() && !other
	switch {
	case !other && !c.disputed(s.listed):
		q.Unless, q.Known = c.validator, c.validator.Size
	case c.validator.ETag != "":
		q.Unless = validator.Validator{Size: -1, ETag: c.validator.ETag}
	}
	return q
}

// provedLocked reports whether a response proves that the server has the version that
// is held, and notes that. The first response of all has nothing to prove, and an empty
// file has no byte to compare.
func (s *diskSink) provedLocked(r *origin.Response) bool {
	known := s.content.validator
	proved := r.Unchanged || known.Proves(r.Validator) || s.validates && known.Known() && r.Range.Empty()
	if proved && s.validates {
		s.content.doubt = doubt{}
	}
	if proved || !known.Known() {
		s.confirmLocked()
	}
	return proved
}

// confirmLocked notes that the server has the version that is held.
func (s *diskSink) confirmLocked() {
	d := s.d
	size, modified := d.content.shown(d.listed)
	d.content.confirm(s.listed, time.Now())
	if now, at := d.content.shown(d.listed); size >= 0 && (now != size || !at.Equal(modified)) {
		d.revision = d.store.revisions.Add(1)
	}
	if !s.validates {
		return // its bytes are recorded, and so is this
	}
	d.recorder.markDirtyLocked()
	if d.content.complete() && d.state != Complete {
		d.finishLocked()
	}
	d.notifyLocked()
}
