package fetch

import (
	"cmp"
	"context"
	"fmt"

	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
)

// A memorySink puts bytes of one version into memory, for a read that cannot be kept
// on disk because that is full.
type memorySink struct {
	*transfer
	known validator.Validator
	bytes []byte
	want  int // length of bytes when the response has been read
}

func (s *memorySink) shared() bool { return false }

func (s *memorySink) request() origin.Request {
	return origin.Request{Range: s.Range, Known: s.known.Size, IfRange: s.known.IfRange(), PartOnly: true}
}

func (s *memorySink) accept(r *origin.Response) error {
	switch (&content{validator: s.known}).judge(r) {
	case ifRangeIgnored:
		return errIfRangeIgnored
	case otherVersion:
		return s.replace(r.Validator)
	}
	if r.Whole {
		return fmt.Errorf("%w, and the server sends no ranges", ErrNoSpace)
	}
	s.want = int(r.Range.Len())
	s.bytes = make([]byte, 0, s.want)
	return nil
}

func (s *memorySink) take(ctx context.Context, b []byte, _ int64) (more bool, err error) {
	if s.bytes = append(s.bytes, b...); len(s.bytes) < s.want {
		return true, nil
	}
	return false, s.d.store.throttle(ctx, len(b)) // the next request comes from the same reader
}

// end is never called: accept refuses a response without an end.
func (s *memorySink) end(int64, bool) error { return nil }

func (s *memorySink) close() {}

// begin lets commands stop the transfer. It fails with errStopped where it has to
// wait for a command, and for good if the disk failed.
func (s *memorySink) begin() error {
	d := s.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state == Paused {
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
	if d.content.validator != s.known {
		d.mu.Unlock()
		return errAnother
	}
	d.changeLocked(v, nil)
	d.mu.Unlock()
	return cmp.Or(d.unlinkLocked(false), errAnother)
}
