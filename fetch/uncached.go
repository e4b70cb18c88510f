package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/tunesfs/tunesfs/fetch/internal/slots"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// spillChunks is how much is asked for at once on behalf of a read that cannot
// be kept on disk: 1 MiB, or what a limit lets through in 0.4 s.
const spillChunks = 4

// readUncached reads straight from the remote: for when the disk is full. What
// one request brings beyond the read serves the next one from memory.
func (r *Reader) readUncached(ctx context.Context, p []byte, off int64) (int, error) {
	select {
	case r.spilling <- struct{}{}:
		defer func() { <-r.spilling }()
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-r.d.store.interrupted.Done():
		return 0, ErrClosed
	}
	for n := 0; ; {
		n += r.fromSpill(p[n:], off+int64(n))
		if n == len(p) {
			return n, nil
		}
		err := r.fillSpill(ctx, ranges.Range{Start: off + int64(n), End: off + int64(len(p))})
		if err != nil && !errors.Is(err, errSuperseded) {
			return n, err
		}
	}
}

// fromSpill copies what is in memory from off on. r.spilling is held.
func (r *Reader) fromSpill(p []byte, off int64) int {
	if off < r.spillAt || off > r.spillAt+int64(len(r.spill)) {
		return 0
	}
	return copy(p, r.spill[off-r.spillAt:])
}

// fillSpill fetches bytes from need.Start on into memory. It fails with
// errAnother if the remote changed before this handle gave out bytes of it.
// r.spilling is held.
func (r *Reader) fillSpill(ctx context.Context, need ranges.Range) error {
	d := r.d
	d.mu.Lock()
	known, stream, err := d.validator, d.streams(), r.err
	if d.state == Idle && r.window.Meant(known.Size) {
		_ = d.happen(evMeant) // so that it is seen, and can be paused
		_ = d.happen(evFail)  // never refused, either of them
	}
	d.mu.Unlock()
	switch {
	case err != nil:
		return err
	case known.Size < 0 || stream:
		return fmt.Errorf("%w, and the server sends no ranges", ErrNoSpace)
	case need.Start >= known.Size:
		return io.EOF
	}
	need.End = min(max(need.End, need.Start+spillChunks*d.store.chunk), known.Size)
	b, err := d.fetchRange(ctx, known, need)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.err != nil || d.validator != known {
		return cmp.Or(r.err, errAnother)
	}
	r.spill, r.spillAt, r.served = b, need.Start, true
	return nil
}

// fetchRange returns bytes of the version known from ask.Start on, as many as
// one answer brings, and keeps nothing.
func (d *Download) fetchRange(ctx context.Context, known validator.Validator, ask ranges.Range) ([]byte, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(d.store.interrupted, func() { cancel(ErrClosed) })()
	f := &flight{Range: ask, spill: &spill{known: known}, turn: slots.Slot{Owner: d}, stop: cancel, done: make(chan struct{})}
	d.store.limits.SetPriority(&f.turn, slots.Demand)
	if err := d.board(f); err != nil {
		return nil, err
	}
	defer d.alight(f)
	err := d.insist(ctx, f)
	return f.spill.bytes, err
}

// A spill is where a flight puts what it brings of a version when nothing can be
// kept.
type spill struct {
	known validator.Validator
	bytes []byte
}

// board lets commands stop a transfer that keeps nothing. It fails with
// errStopped where it has to wait for one, and for good if the disk failed.
func (d *Download) board(f *flight) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state == Paused {
		return cmp.Or(d.broken, errStopped)
	}
	f.file = d.file
	d.direct = append(d.direct, f)
	return nil
}

func (d *Download) alight(f *flight) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.direct = without(d.direct, f)
	close(f.done)
}

// takeSpill takes in an answer of which nothing can be kept.
func (d *Download) takeSpill(ctx context.Context, s *spill, a answer, ifRange string, body io.Reader, guard *stallGuard) error {
	switch known := s.known; {
	case a.whole && ifRange != "" && known.Proves(a.validator):
		return errDistrusted
	case !continues(known, a, ifRange):
		return d.changedFrom(known, a.validator)
	case a.whole:
		return fmt.Errorf("%w, and the server sends no ranges", ErrNoSpace)
	}
	s.bytes = make([]byte, a.body.Len())
	return d.store.fill(ctx, s.bytes, body, guard)
}

// fill reads b from a body, no faster than the store may.
func (s *Store) fill(ctx context.Context, b []byte, body io.Reader, guard *stallGuard) error {
	for len(b) > 0 {
		guard.moved()
		n, err := body.Read(b[:min(int64(len(b)), s.chunk)])
		guard.stop() // what follows is not the server's time
		if b = b[n:]; err != nil && len(b) > 0 {
			return brokeOff(err)
		}
		if err := s.throttle(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// changedFrom takes over another version of the remote in place of known.
func (d *Download) changedFrom(known, v validator.Validator) error {
	if !d.store.enter() {
		return ErrClosed // the folder may be another process's by now
	}
	defer d.store.wg.Done()
	d.entry.Lock()
	defer d.entry.Unlock()
	d.mu.Lock()
	if d.validator != known {
		d.mu.Unlock()
		return errAnother
	}
	d.change(v, nil)
	d.mu.Unlock()
	return cmp.Or(d.unlink(false), errAnother)
}
