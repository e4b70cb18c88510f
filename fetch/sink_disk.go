package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/fetch/internal/plan"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A diskSink puts the bytes of a planned transfer into the download's data file.
type diskSink struct {
	*transfer
	file *dataFile // between accept and close
}

func (s *diskSink) shared() bool { return true }

func (s *diskSink) request() origin.Request {
	d := s.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.streamsLocked() {
		return origin.Request{Range: ranges.Range{Start: 0, End: ranges.Unbounded}}
	}
	return origin.Request{Range: s.Range, IfRange: d.validator.IfRange()}
}

// accept decides the meaning of a response for the download. Without an error the
// body's bytes are those that the transfer is to bring, from Start on.
func (s *diskSink) accept(r *origin.Response) error {
	err := s.adopt(r)
	if err == nil || errors.Is(err, errIfRangeIgnored) || errors.Is(err, errSuperseded) {
		s.keepRedirect(r.RedirectTarget)
	}
	if err != nil {
		return err
	}
	s.file, err = s.d.data(s.drops)
	return err
}

func (s *diskSink) close() {
	s.file.unref()
	s.file = nil
}

// keepRedirect notes where redirects led to for a response, if they did: another
// version that has shown there is to be had there.
func (s *diskSink) keepRedirect(target Location) {
	d := s.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if target.URL != "" && s.drops == d.drops && d.source.redirect.URL != target.URL {
		d.source.redirect = target
		d.markDirtyLocked()
	}
}

// adopt has the transfer go on with the version that a response is of, the one that
// is held or another.
func (s *diskSink) adopt(r *origin.Response) error {
	fits, err := s.fit(r)
	if fits || err != nil {
		return err
	}
	if err := s.replace(r.Validator); err != nil {
		return err
	}
	if s.d.recentlyStale() {
		return fmt.Errorf("%w: another file at every request", ErrBadResponse)
	}
	fits, err = s.fit(r)
	if err == nil && !fits || errors.Is(err, errIfRangeIgnored) {
		return errAnother // a catalog told another size in between, or the condition was the old one's
	}
	return err
}

// fit reports whether a response continues the bytes that are held, and if so trims
// the transfer to the range that it covers.
func (s *diskSink) fit(r *origin.Response) (fits bool, err error) {
	d := s.d
	d.mu.Lock()
	defer d.mu.Unlock()
	switch known := d.validator; {
	case s.drops != d.drops:
		return false, errDropped
	case !continues(known, r), r.Validator.Size >= 0 && !d.have.Valid(r.Validator.Size):
		return false, nil
	case r.Whole && r.IfRange != "" && known.Proves(r.Validator):
		return false, errIfRangeIgnored
	}
	return true, s.settleLocked(r)
}

// replace drops the bytes of a version that is no more, and has the transfer go on
// with the new one.
func (s *diskSink) replace(v validator.Validator) error {
	d := s.d
	d.disk.Lock()
	defer d.disk.Unlock()
	d.mu.Lock()
	if s.drops != d.drops {
		d.mu.Unlock()
		return errDropped
	}
	d.changeLocked(v, s.transfer)
	s.drops = d.drops
	d.mu.Unlock()
	return d.unlinkLocked()
}

// settleLocked takes over what a response tells of the file.
func (s *diskSink) settleLocked(r *origin.Response) error {
	d := s.d
	known := d.validator
	d.validator = d.validator.Merge(r.Validator)
	if d.state != Failed {
		d.failure.err = nil
	}
	d.sizeless = d.validator.Size < 0
	if r.Type != "" {
		d.typ = r.Type
	}
	if r.Whole {
		d.noRanges = true
	}
	if known != d.validator || r.Whole {
		d.markDirtyLocked()
		d.notifyLocked()
	}
	if d.allHeldLocked() {
		d.finishLocked()
	}
	defer s.benefitLocked() // it may rank the transfer by the range that is left of it
	if r.Range.Empty() || (r.Range.Start != 0 && d.streamsLocked()) || (r.Whole && d.probedLocked()) {
		return errAnswered // the ranges that are still wanted are planned again
	}
	if d.streamsLocked() && d.have.Contains(r.Range) {
		return fmt.Errorf("%w: only bytes that were sent before came, up to %d", ErrUnreachable, r.Range.End)
	}
	s.trimLocked(r)
	return nil
}

// trimLocked makes the transfer bring the part of its range that the body of a
// response holds; one from the start is brought by this transfer alone.
func (s *diskSink) trimLocked(r *origin.Response) {
	d := s.d
	if r.Whole || d.streamsLocked() {
		d.transfers.cancelOthers(s.transfer, errNeedless)
		d.store.limits.Pin(&s.slot)
		s.Start = 0
	}
	if r.Whole {
		s.End = r.Range.End
	}
	s.reach = r.Range.End
	if d.validator.Size >= 0 {
		s.reach = min(s.reach, d.validator.Size)
	}
	s.End = min(s.End, s.reach)
}

// take keeps bytes that arrived for off. Bytes of a stream that are held already are
// compared: without a validator only the bytes themselves tell whether the file is
// the same.
func (s *diskSink) take(ctx context.Context, b []byte, off int64) (more bool, err error) {
	d := s.d
	d.store.limits.Arrived(&s.slot, int64(len(b)), s.rtt)
	d.mu.Lock()
	if s.drops != d.drops {
		d.mu.Unlock()
		return false, errDropped
	}
	arrived := len(b)
	b = b[:max(min(int64(arrived), s.End-off), 0)]
	if size := d.validator.Size; size >= 0 && off+int64(len(b)) > size {
		d.mu.Unlock()
		return false, s.another(validator.Unknown) // two responses contradict each other
	}
	again, own := min(d.have.From(off), int64(len(b))), d.checksum
	d.mu.Unlock()

	if err := s.compare(b[:again], off); err != nil {
		return false, err
	}
	if b := b[again:]; len(b) > 0 {
		began := time.Now()
		if err := d.store.makeRoom(ctx, int64(len(b))); err != nil {
			return false, err
		}
		if err := s.file.put(b, off+again); err != nil {
			return false, fault.Disk(err)
		}
		s.noteWrite(began)
	}
	if own.End == off {
		_, _ = own.Write(b) // never fails
	}
	more, err = s.markHeld(ranges.Range{Start: off, End: off + int64(len(b))}, own)
	return more && len(b) == arrived, err // its range may have grown, too late for the bytes that were cut off
}

// compare fails, having dropped the bytes that are held, unless b is held at off.
func (s *diskSink) compare(b []byte, off int64) error {
	if len(b) == 0 {
		return nil
	}
	held := make([]byte, len(b))
	if _, err := s.file.ReadAt(held, off); err != nil {
		return fault.Disk(err)
	}
	if bytes.Equal(held, b) {
		return nil
	}
	d := s.d
	d.mu.Lock()
	known := d.validator
	d.mu.Unlock()
	return s.another(known)
}

// markHeld marks bytes as held. own is the running checksum with them, if they
// follow it.
func (s *diskSink) markHeld(r ranges.Range, own digest.Running) (more bool, err error) {
	d := s.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if s.drops != d.drops {
		return false, errDropped
	}
	if fresh := d.have.Missing(r); len(fresh) > 0 {
		s.last, d.wasted = time.Now(), 0
		d.store.usage.grow(d.place.name, fresh.Len(), s.last)
	}
	d.have = d.have.Add(r)
	if own.End > d.checksum.End {
		d.checksum = own
	}
	s.Start = r.End
	if d.state != Failed {
		d.failure.err = nil
	}
	d.markDirtyLocked()
	if d.allHeldLocked() {
		d.finishLocked()
	}
	if d.state == Idle && d.streamsLocked() && s.Start > d.furthestLocked()+plan.MaxWindow {
		_ = d.transitionLocked(evMeant) // it cannot be had in part, so it is shown and can be paused
	}
	s.measureLocked(r.Len())
	s.rankLocked()
	d.waiters.wake()
	return s.Start < s.End, nil
}

// end takes over the size of a file that was sent to its end without one. Where that
// contradicts the known size or the held bytes, the connection broke, or the file has
// changed if the end is certain.
func (s *diskSink) end(size int64, framed bool) error {
	d := s.d
	d.mu.Lock()
	if s.drops != d.drops {
		d.mu.Unlock()
		return errDropped
	}
	if known := d.validator.Size; known >= 0 && known != size || !d.have.Valid(size) {
		held := d.have.Len()
		d.mu.Unlock()
		if framed {
			return s.another(validator.Validator{Size: size})
		}
		return fmt.Errorf("%w: the file ended at %d of %d, %d held", ErrUnreachable, size, known, held)
	}
	defer d.mu.Unlock()
	d.validator.Size = size
	if d.allHeldLocked() && d.state != Complete {
		d.finishLocked()
	}
	d.notifyLocked()
	return nil
}

// another drops the held bytes for another version that showed in a body, which is
// then asked for again.
func (s *diskSink) another(v validator.Validator) error {
	if err := s.replace(v); err != nil {
		return err
	}
	if s.d.recentlyStale() {
		return fmt.Errorf("%w: other bytes at every request", ErrBadResponse)
	}
	return errAnother
}

// recentlyStale reports whether the remote changed so often that there is no use in
// going on, and lets the next attempt have as many changes again.
func (d *Download) recentlyStale() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.flips < maxChanges {
		return false
	}
	d.flips = maxFlips + 1
	return true
}

// continues reports whether the body of a response may be put together with the held
// bytes of version v. Where v has no strong validator, a comparison of the bytes has
// to find out.
func continues(v validator.Validator, r *origin.Response) bool {
	switch {
	case !v.Same(r.Validator), v.Size >= 0 && r.Range.End > v.Size && r.Range.End != ranges.Unbounded:
		return false
	case v.Proves(r.Validator), r.Range.Empty():
		return true
	case !v.Strong():
		told := (v.Size < 0) == (r.Validator.Size < 0)                    // else the end may be another,
		return !v.Known() || !r.Whole || told || v.Size >= 0 && !r.Framed // or one that a cut only feigns
	}
	return r.IfRange != "" && !r.Whole
}
