package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// unkept reports whether an attempt failed because the disk takes no more, or fails:
// bytes are to be had past the cache.
func unkept(err error) bool { return errors.Is(err, ErrNoSpace) || errors.Is(err, ErrDisk) }

// readUncached reads straight from the remote: for when the disk keeps nothing or,
// with h, does not give bytes that it holds. The bytes that one request brings beyond the
// read serve the next read from memory.
func (r *Reader) readUncached(ctx context.Context, p []byte, off int64, h *held) (int, error) {
	select {
	case r.buffering <- struct{}{}: // before all else: a read that ended has what is in memory
	default:
		select {
		case r.buffering <- struct{}{}:
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-r.d.store.interrupted.Done():
			return 0, ErrClosed
		}
	}
	defer func() { <-r.buffering }()
	for n := 0; ; {
		n += r.copyBuffered(p[n:], off+int64(n))
		if n == len(p) {
			return n, nil
		}
		err := r.fillBuffer(ctx, ranges.Range{Start: off + int64(n), End: off + int64(len(p))}, h)
		if err != nil && (!errors.Is(err, errSuperseded) || h != nil && errors.Is(err, errAnother)) {
			return n, err
		}
	}
}

// copyBuffered copies the bytes that are in memory from off on. The caller holds
// r.buffering.
func (r *Reader) copyBuffered(p []byte, off int64) int {
	if off < r.bufferAt || off > r.bufferAt+int64(len(r.buffer)) {
		return 0
	}
	return copy(p, r.buffer[off-r.bufferAt:])
}

// fillBuffer fetches bytes from need.Start on into memory. It fails with errAnother
// if the remote changed before this handle gave out bytes of it. The caller holds
// r.buffering.
func (r *Reader) fillBuffer(ctx context.Context, need ranges.Range, h *held) error {
	known, err := r.uncachedVersion(h)
	if err != nil {
		return err
	}
	if need.Start >= known.Size {
		return io.EOF
	}
	need.End = min(max(need.End, need.Start+r.uncachedLen(known)), known.Size)
	f, err := r.fillFor(known, need, h)
	if err != nil {
		return err
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		return ctx.Err() // what it fetches serves the next try
	}
	d := r.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.filling == f {
		r.filling = nil
	}
	switch {
	case f.err != nil:
		return f.err
	case r.err != nil || r.complete == nil && d.content.validator != f.known.Validator:
		return cmp.Or(r.err, errAnother)
	}
	r.buffer, r.bufferAt = f.bytes, f.need.Start
	r.serveLocked()
	r.unheld = r.unheld || h == nil
	return nil
}

// uncachedVersion returns the version whose bytes a read past the cache gives out: of
// h, or the one that is known now.
func (r *Reader) uncachedVersion(h *held) (version, error) {
	d := r.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if h != nil {
		known := h.version
		known.streams = known.streams || h.wholly()
		return known, r.err
	}
	known := d.content.ranging()
	if d.state == Idle && (r.interest.Means(time.Now()) || r.interest.Asks()) {
		_ = d.transitionLocked(evMeant) // so that it is seen, and can be paused
		_ = d.transitionLocked(evFail)  // never refused, either of them
	}
	if r.err == nil && (known.Size < 0 || known.streams) {
		return known, fmt.Errorf("%w, and the server sends no ranges", ErrNoSpace)
	}
	return known, r.err
}

// uncachedLen returns how much to ask for at once. A request for a file that is only
// streamed begins at its start, so it keeps more.
func (r *Reader) uncachedLen(known version) int64 {
	if known.streams {
		return streamedLen
	}
	return bufferChunks * r.d.store.chunk
}

// bufferChunks is how much is asked for at once on behalf of a read that cannot be
// kept on disk: 1 MiB, or the amount that a rate limit lets through in 0.4 s.
const bufferChunks = 4

// streamedLen is that for a file that is only streamed: most tracks have no more.
const streamedLen = 16 << 20
