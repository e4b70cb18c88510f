package fetch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/claim"
	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/fetch/internal/plan"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A diskSink puts the bytes of a planned transfer into the download's data file.
type diskSink struct {
	*transfer
	listed claim.Claim // the newest when the request was made

	// These hold from accept to close.
	file  *diskcache.File
	says  doubt // that the head of the response would raise
	since doubt // that another response had raised before this one came

	reserved int64 // room for bytes that are being written
}

// release gives up the room for bytes that were written, or will not be.
func (s *diskSink) release() {
	s.d.store.cache.Release(s.reserved)
	s.reserved = 0
}

func (s *diskSink) shared() bool { return true }

func (s *diskSink) request() origin.Request {
	d := s.d
	d.mu.Lock()
	defer d.mu.Unlock()
	s.listed = d.listed
	if s.validates {
		return s.validateLocked()
	}
	known := d.content.validator.Size
	if d.content.streams() {
		return origin.Request{Range: ranges.Range{Start: 0, End: ranges.Unbounded}, Known: known}
	}
	return origin.Request{Range: s.Range, Known: known, IfRange: d.content.validator.IfRange()}
}

// accept decides the meaning of a response for the download. Without an error the
// body's bytes are those that the transfer is to bring, from Start on.
func (s *diskSink) accept(r *origin.Response) error {
	err := s.goOn(r)
	if err == nil || errors.Is(err, errIfRangeIgnored) || errors.Is(err, errSuperseded) {
		s.keepRedirect(r.RedirectTarget)
	}
	if err != nil {
		return err
	}
	s.file, s.says = s.content.file, doubtOf(r)
	return s.d.acquire(s.content)
}

func (s *diskSink) close() {
	s.file.Release()
	s.file = nil
}

// keepRedirect notes where redirects led to for a response, if they did: another
// version that has shown there is to be had there.
func (s *diskSink) keepRedirect(target Location) {
	d := s.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if target.URL != "" && d.currentLocked(s.content) == nil && d.source.redirect.URL != target.URL {
		d.source.redirect = target
		d.recorder.markDirtyLocked()
	}
}

// goOn has the transfer go on with the version that a response is of, the one that
// is held or another.
func (s *diskSink) goOn(r *origin.Response) error {
	s.d.mu.Lock()
	err := s.fitLocked(r)
	s.d.mu.Unlock()
	if !errors.Is(err, errOtherVersion) {
		return err
	}
	return s.replace(r.Validator, "another file", r)
}

// fitLocked trims the transfer to the range that a response covers, if that continues
// the held bytes.
func (s *diskSink) fitLocked(r *origin.Response) error {
	d := s.d
	if err := d.currentLocked(s.content); err != nil {
		return err
	}
	c := d.content
	s.since = c.doubt
	v := c.judge(r)
	other := c.contradicted(s.listed) && !c.validator.Proves(r.Validator)
	if s.validates && (other || v == doubtful || v == undecided) {
		v = c.announced(r, s.listed)
	}
	switch v {
	case unproven:
		return s.compareLocked(r)
	case continued:
		return s.settleLocked(r)
	default:
		return c.refuse(v, doubtOf(r))
	}
}

// replace drops the bytes of a version that is no more, and has the transfer go on
// with the new one. r is the response that is of the new one, or nil: whoever waits
// for the server's word sees no state in between.
func (s *diskSink) replace(v validator.Validator, sent string, r *origin.Response) error {
	d := s.d
	d.entry.Lock()
	defer d.entry.Unlock()
	d.mu.Lock()
	if err := d.currentLocked(s.content); err != nil {
		d.mu.Unlock()
		return err
	}
	d.changeLocked(v, s.transfer)
	s.transfer.content, s.validates, s.once = d.content, false, false
	var err error
	switch {
	case d.content.recentlyStale():
		err = fmt.Errorf("%w: %s at every request", ErrBadResponse, sent)
	case r != nil:
		err = s.fitLocked(r)
	}
	d.mu.Unlock()
	d.unlinkLocked()
	if errors.Is(err, errOtherVersion) || errors.Is(err, errIfRangeIgnored) || errors.Is(err, errDoubted) {
		return errAnother // it contradicts itself, or the condition was the old one's
	}
	return err
}

// settleLocked takes over what a response tells of the file.
func (s *diskSink) settleLocked(r *origin.Response) error {
	d := s.d
	if d.state != Failed {
		d.failure.err = nil
	}
	if s.provedLocked(r) && s.validates {
		return errAnswered
	}
	shown, _ := d.content.shown(d.listed)
	if s.content.learn(r) {
		if size, _ := d.content.shown(d.listed); shown >= 0 && size != shown {
			d.endReadersLocked(size)
			d.revision = d.store.revisions.Add(1)
		}
		d.recorder.markDirtyLocked()
		d.notifyLocked()
	}
	if d.content.complete() {
		d.finishLocked()
	}
	defer s.benefitLocked() // it may rank the transfer by the range that is left of it
	if r.Range.Empty() || (r.Range.Start != 0 && d.content.streams()) || (r.Whole && d.probedLocked()) {
		return errAnswered // the ranges that are still wanted are planned again
	}
	if d.content.streams() && d.content.held.Contains(r.Range) && !s.validates {
		return fmt.Errorf("%w: only bytes that were sent before came, up to %d", ErrUnreachable, r.Range.End)
	}
	s.trimLocked(r)
	return nil
}

// trimLocked makes the transfer bring the part of its range that the body of a
// response holds; one from the start is brought by this transfer alone. To compare what
// is held, the head is enough.
func (s *diskSink) trimLocked(r *origin.Response) {
	d := s.d
	if r.Whole || d.content.streams() {
		d.transfers.cancelOthers(s.transfer, errNeedless)
		d.store.limits.Pin(&s.slot)
		s.Start = 0
	}
	if r.Whole && !s.validates {
		s.End = r.Range.End
	}
	s.reach = r.Range.End
	if d.content.validator.Size >= 0 {
		s.reach = min(s.reach, d.content.validator.Size)
	}
	s.End = min(s.End, s.reach)
}

// take keeps bytes that arrived for off. Bytes of a stream that are held already are
// compared: without a validator only the bytes themselves tell whether the file is
// the same.
func (s *diskSink) take(ctx context.Context, b []byte, off int64) (more bool, err error) {
	d := s.d
	defer s.release()
	d.store.limits.Arrived(&s.slot, int64(len(b)), s.rtt)
	d.store.sizes.answered(s.slot.Host)
	d.mu.Lock()
	if err := d.currentLocked(s.content); err != nil {
		d.mu.Unlock()
		return false, err
	}
	arrived := len(b)
	b = b[:max(min(int64(arrived), s.End-off), 0)]
	have, own, known := d.content.onDisk(), d.content.checksum, d.content.validator
	d.mu.Unlock()

	if err := s.compare(b, off, have, known); err != nil {
		return false, err
	}
	if err := s.put(ctx, b, off, have); err != nil {
		return false, err
	}
	if own.End == off {
		_, _ = own.Write(b) // never fails
	}
	more, err = s.markHeld(ranges.Range{Start: off, End: off + int64(len(b))}, own)
	return more && len(b) == arrived, err // its range may have grown, too late for the bytes that were cut off
}

// markHeld marks bytes as held. own is the running checksum with them, if they
// follow it.
func (s *diskSink) markHeld(r ranges.Range, own digest.Running) (more bool, err error) {
	d := s.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.currentLocked(s.content); err != nil {
		return false, err
	}
	if fresh := d.content.held.Missing(r); len(fresh) > 0 {
		if d.content.doubt == s.since { // else it is younger than this response
			d.content.doubt, s.since = doubt{}, doubt{}
		}
		s.last, d.wasted = time.Now(), 0
		d.entry.Grow(fresh.Len(), s.last)
	}
	d.content.held, d.content.unproved = d.content.held.Add(r), d.content.unproved.Remove(r)
	if own.End > d.content.checksum.End {
		d.content.checksum = own
	}
	if s.Start = r.End; s.validates && s.Start >= s.End {
		s.confirmLocked() // the bytes are the same as those that are held
	}
	if d.state != Failed {
		d.failure.err = nil
	}
	d.recorder.markDirtyLocked()
	if d.content.complete() {
		d.finishLocked()
	}
	if d.state == Idle && d.content.streams() && !s.goesOnLocked() {
		s.End = s.Start
	}
	s.measureLocked(r.Len())
	s.rankLocked()
	d.waiters.notify()
	return s.Start < s.End, nil
}

// goesOnLocked reports whether to go on with a stream that is idle. It cannot be had in
// part, so beyond what its readers want it is shown as a download, and can be paused. For a
// Prefetch alone it ends.
func (s *diskSink) goesOnLocked() bool {
	d := s.d
	end := d.furthestLocked()
	switch early := d.isEarlyLocked(); {
	case early:
		return s.Start < end
	case s.Start-plan.MaxWindow > end: // end may be the largest number there is
		_ = d.transitionLocked(evMeant) // never refused
	}
	return true
}
