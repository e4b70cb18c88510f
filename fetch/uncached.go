package fetch

import (
	"context"
	"fmt"
	"io"
	"time"
)

// spillLen is how much is asked for at once on behalf of a read that cannot be
// kept on disk.
const spillLen = 1 << 20

// readUncached reads straight from the remote: for when the disk is full. What
// one request brings beyond the read serves the next one from memory.
func (r *Reader) readUncached(ctx context.Context, p []byte, off int64) (int, error) {
	r.spilling.Lock()
	defer r.spilling.Unlock()
	if n := r.fromSpill(p, off); n == len(p) {
		return n, nil
	}
	d := r.d
	d.mu.Lock()
	size, stream, err := d.version.Size, d.streams(), r.err
	r.served = true
	d.mu.Unlock()
	switch {
	case err != nil:
		return 0, err
	case size < 0 || stream:
		return 0, fmt.Errorf("%w, and the server sends no ranges", ErrNoSpace)
	case off >= size:
		return 0, io.EOF
	}
	ask := Range{off, min(off+max(int64(len(p)), spillLen), size)}
	if r.spill, err = d.fetchRange(ctx, ask); err != nil {
		return 0, err
	}
	r.spillAt = off
	if n := r.fromSpill(p, off); n < len(p) {
		return n, io.EOF
	}
	return len(p), nil
}

// fromSpill copies what is in memory from off on. r.spilling is held.
func (r *Reader) fromSpill(p []byte, off int64) int {
	if off < r.spillAt || off > r.spillAt+int64(len(r.spill)) {
		return 0
	}
	return copy(p, r.spill[off-r.spillAt:])
}

// fetchRange returns a range of the version that is known, and keeps nothing.
func (d *Download) fetchRange(ctx context.Context, ask Range) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, d.store.opt.NoProgress)
	defer cancel()
	loc, _, err := d.locate(ctx, d.store.opt.NoProgress)
	if err != nil {
		return nil, err
	}
	t := &turn{host: hostOf(loc.URL), owner: d, urgent: true, preempt: func() {}}
	if err := d.store.limits.acquire(ctx, t); err != nil {
		return nil, err
	}
	defer d.store.limits.release(t)
	d.mu.Lock()
	known := d.version
	d.mu.Unlock()
	resp, err := d.store.get(ctx, loc, ask, known.ifRange())
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	a, err := readAnswer(ask, resp, time.Now())
	if err != nil {
		return nil, err
	}
	if !known.same(a.version) || a.whole {
		return nil, ErrStale
	}
	b := make([]byte, a.body.Len())
	if _, err := io.ReadFull(resp.Body, b); err != nil {
		return nil, fmt.Errorf("%w: the connection broke: %w", ErrUnreachable, err)
	}
	return b, nil
}
