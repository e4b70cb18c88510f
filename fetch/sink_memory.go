package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A memorySink puts bytes of one version into memory, for a read that cannot be kept
// on disk because that is full, or fails.
type memorySink struct {
	*transfer
	known version
	held  *held              // what the disk failed to give, which may be streamed, too; or nil
	whole *digest.Comparison // of a file without a strong validator; nil once it has matched, and for others
	bytes []byte
	want  int // length of bytes when the response has been read
}

func (s *memorySink) shared() bool { return false }

func (s *memorySink) request() origin.Request {
	if s.known.streams {
		return origin.Request{Range: ranges.Range{Start: 0, End: ranges.Unbounded}, Known: s.known.Size}
	}
	return origin.Request{Range: s.Range, Known: s.known.Size, IfRange: s.known.IfRange(), PartOnly: s.held == nil}
}

func (s *memorySink) accept(r *origin.Response) error {
	if s.held == nil || !s.restarts(r) { // else its start is skipped
		switch err := s.fit(r); {
		case errors.Is(err, errOtherVersion):
			return s.replace(r.Validator)
		case err != nil:
			return err
		case r.Whole:
			return fmt.Errorf("%w, and the server sends no ranges", ErrNoSpace)
		}
	}
	end := min(r.Range.End, s.End)
	if end <= s.Start {
		return fmt.Errorf("%w: the file ended at %d, before %d", ErrUnreachable, end, s.Start)
	}
	s.want = int(end - s.Start)
	s.bytes = make([]byte, 0, s.want)
	if s.held != nil && s.held.wholly() {
		s.whole = digest.NewComparison(s.held.sum)
	}
	return nil
}

// fit fails unless a response is of the known version.
func (s *memorySink) fit(r *origin.Response) error {
	d := s.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.content.validator != s.known.Validator {
		if s.held != nil && (&content{validator: s.known.Validator}).judge(r) == continued {
			return nil // the version before is still to be had
		}
		return errAnother
	}
	switch v := d.content.judge(r); v {
	case continued:
		d.content.doubt = doubt{}
		d.content.noRanges = d.content.noRanges && r.Whole
		return nil
	case unproven:
		d.transfers.cancelOthers(nil, errNeedless)
		d.compareContentLocked(d.content.withoutProof(r))
		return errAnother
	default:
		return d.content.refuse(v, doubtOf(r))
	}
}

// restarts reports whether a response is the known file from its start: the digest of
// the whole is to show it where no strong validator does.
func (s *memorySink) restarts(r *origin.Response) bool {
	return r.Range.Start == 0 && s.known.Same(r.Validator) && (!s.known.Strong() || s.known.Proves(r.Validator))
}

func (s *memorySink) take(ctx context.Context, b []byte, off int64) (more bool, err error) {
	first := max(s.Start, off)
	wanted := b[min(first-off, int64(len(b))):]
	wanted = wanted[:min(len(wanted), s.want-len(s.bytes))]
	s.bytes = append(s.bytes, wanted...)
	if s.whole != nil {
		return s.takeWhole(ctx, b, off)
	}
	if len(s.bytes) < s.want {
		return true, nil
	}
	return false, s.d.store.throttle(ctx, len(b)) // the next request comes from the same reader
}

// takeWhole takes bytes in for the digest. The bytes that are wanted are those of
// another version unless the whole has it.
func (s *memorySink) takeWhole(ctx context.Context, b []byte, off int64) (more bool, err error) {
	_, _ = s.whole.Write(b[:min(int64(len(b)), s.known.Size-off)]) // never fails
	switch {
	case off+int64(len(b)) < s.known.Size:
		return true, nil
	case s.whole.Err() != nil:
		return false, s.replace(s.known.Validator)
	}
	s.whole = nil
	return false, s.d.store.throttle(ctx, len(b))
}

// result returns the bytes that one response brought.
func (s *memorySink) result() ([]byte, error) {
	if s.whole != nil {
		return nil, fmt.Errorf("%w: a response without the end of the file", ErrBadResponse)
	}
	return s.bytes, nil
}

// end notes that a streamed file ended before the bytes that are wanted.
func (s *memorySink) end(size int64, framed bool) error {
	if framed {
		return s.replace(validator.Validator{Size: size})
	}
	return fmt.Errorf("%w: the file ended at %d of %d", ErrUnreachable, size, s.known.Size)
}

func (s *memorySink) close() {}

// begin lets commands stop the transfer. It fails with errStopped where it has to
// wait for a command, and for good if the disk failed.
func (s *memorySink) begin() error {
	d := s.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.failure.broken != nil || d.state == Paused {
		return cmp.Or(d.failure.broken, errStopped)
	}
	d.uncached = append(d.uncached, s.transfer)
	return nil
}

func (s *memorySink) finish() {
	d := s.d
	d.mu.Lock()
	defer d.mu.Unlock()
	d.uncached = d.uncached.without(s.transfer)
	close(s.done)
}

// replace takes over another version of the remote in place of the known one.
func (s *memorySink) replace(v validator.Validator) error {
	d := s.d
	if !d.store.enter() {
		return ErrClosed // the folder may be another process's by now
	}
	defer d.store.wg.Done()
	d.entry.Lock()
	defer d.entry.Unlock()
	d.mu.Lock()
	if d.content.validator != s.known.Validator {
		d.mu.Unlock()
		return errAnother
	}
	d.changeLocked(v, nil)
	d.mu.Unlock()
	d.unlinkLocked()
	return errAnother
}
