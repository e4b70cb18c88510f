package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// compareLocked has the download go on with a response of which only its bytes can
// tell whether it continues the held ones: as a stream from the start, beside no other
// transfer, whose bytes would be of the old validator.
func (s *diskSink) compareLocked(r *origin.Response) error {
	d := s.d
	alone := len(d.transfers) == 1
	d.transfers.cancelOthers(s.transfer, errNeedless)
	d.compareContentLocked(d.content.withoutProof(r))
	if !alone {
		return errAnswered // the stream begins when the others have ended
	}
	s.transfer.content = d.content
	return s.settleLocked(r)
}

// compare fails unless the bytes of b that the file has already, have, are the same
// there, and none is beyond the known size. b belongs at off.
func (s *diskSink) compare(b []byte, off int64, have ranges.Set, known validator.Validator) error {
	for _, r := range inside(have, b, off) {
		again := b[r.Start-off : r.End-off]
		held := make([]byte, len(again))
		if _, err := s.file.ReadAt(held, r.Start); err != nil {
			return fault.Disk(err)
		}
		if n := equal(held, again); n < len(again) {
			return s.differ(r.Start+int64(n), again[n:], known)
		}
	}
	if size := known.Size; size >= 0 && off+int64(len(b)) > size {
		end := max(size, off)
		return s.differ(end, b[end-off:], validator.Unknown)
	}
	return nil
}

// put writes the bytes of b to the file that it has not got. b belongs at off.
func (s *diskSink) put(ctx context.Context, b []byte, off int64, have ranges.Set) error {
	for _, r := range have.Missing(ranges.Range{Start: off, End: off + int64(len(b))}) {
		began := time.Now()
		if err := s.d.store.cache.MakeSpace(ctx, r.Len(), s.full); err != nil {
			return err
		}
		s.reserved += r.Len()
		if err := s.file.Put(b[r.Start-off:r.End-off], r.Start); err != nil {
			return fault.Disk(err)
		}
		s.noteWrite(began)
	}
	return nil
}

// inside returns the ranges of a set within b, which belongs at off.
func inside(set ranges.Set, b []byte, off int64) ranges.Set {
	all := ranges.Range{Start: off, End: off + int64(len(b))}
	within := ranges.Set{}.Add(all)
	for _, r := range set.Missing(all) {
		within = within.Remove(r)
	}
	return within
}

// equal returns how many bytes a and b begin with in common. They are equally long.
func equal(a, b []byte) int {
	if bytes.Equal(a, b) {
		return len(a)
	}
	n := 0
	for a[n] == b[n] {
		n++
	}
	return n
}

// differ decides what it means that a response has body at a byte of the file where
// other bytes are held, or none belong. One that told the size, or that began as the
// file does, is of another version; any other may be a page. v is known of the file
// that comes next.
func (s *diskSink) differ(at int64, body []byte, v validator.Validator) error {
	if at >= familiar || s.says.validator.Size >= 0 {
		return s.another(v)
	}
	s.d.mu.Lock()
	return s.doubtUnlock(s.says.in(at, body), false, v)
}

// doubtUnlock takes note of a doubt that a body raises. It returns errAnother, having
// dropped the bytes that are held for v, where the response before said the same. The
// caller has d.mu locked, and its content is the current one.
func (s *diskSink) doubtUnlock(o doubt, below bool, v validator.Validator) error {
	d := s.d
	if err := d.currentLocked(s.content); err != nil {
		d.mu.Unlock()
		return err
	}
	err := d.content.refuse(o.weigh(d.content.doubt, below), o)
	d.mu.Unlock()
	if errors.Is(err, errOtherVersion) {
		return s.another(v)
	}
	return err
}

// end takes over the size of a file that was sent to its end without one. Where that
// contradicts the known size or the held bytes, the connection broke, or the file has
// changed if the end is certain.
func (s *diskSink) end(size int64, framed bool) error {
	d := s.d
	d.mu.Lock()
	if err := d.currentLocked(s.content); err != nil {
		d.mu.Unlock()
		return err
	}
	known, held := d.content.validator.Size, d.content.held
	listed := known < 0 // all that is known of the end is what a listing tells, which may be wrong
	if listed {
		known = d.listed.Size
	}
	below := farBelow(size, known)
	cut := listed && (below || !framed && size < known)
	if cut || !d.content.endAt(size) {
		switch {
		case framed && (below || !held.Valid(size)):
			return s.doubtUnlock(s.says.in(size, nil), below, validator.Validator{Size: size})
		case framed:
			d.mu.Unlock()
			return s.another(validator.Validator{Size: size})
		}
		d.mu.Unlock()
		return fmt.Errorf("%w: the file ended at %d of %d, %d held", ErrUnreachable, size, known, held.Len())
	}
	defer d.mu.Unlock()
	if d.content.complete() && d.state != Complete {
		d.finishLocked()
	}
	d.notifyLocked()
	return nil
}

// another drops the held bytes for another version that showed in a body, which is
// then asked for again.
func (s *diskSink) another(v validator.Validator) error {
	if err := s.replace(v, "other bytes", nil); err != nil {
		return err
	}
	return errAnother
}
