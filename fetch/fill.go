package fetch

import (
	"cmp"
	"context"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/slots"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A fill is a transfer into memory for a handle, past a disk that is full or fails. It
// outlives the read that began it, which a signal may end: the next try finds the bytes
// that it fetched.
type fill struct {
	known version
	held  *held // what the disk failed to give; nil where that is full
	need  ranges.Range
	stop  context.CancelCauseFunc

	done  chan struct{} // closed when it has ended; what follows is constant then
	bytes []byte        // from need.Start on
	err   error
	ended time.Time
}

// brings reports whether the fill still brings all bytes of r, of the version known,
// or has brought them. A failure counts for a moment only, as any does.
func (f *fill) brings(known version, r ranges.Range) bool {
	if f == nil || f.known != known || r.Start < f.need.Start || r.End > f.need.End {
		return false
	}
	select {
	case <-f.done:
		return f.err == nil || time.Since(f.ended) < failedRest
	default:
		return true
	}
}

// fillFor returns the handle's fill if that brings the first byte of need, else it
// starts one for need in its place.
func (r *Reader) fillFor(known version, need ranges.Range, h *held) (*fill, error) {
	d := r.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.filling.brings(known, ranges.Range{Start: need.Start, End: need.Start + 1}) {
		return r.filling, nil
	}
	r.stopFillLocked()
	ctx, stop := context.WithCancelCause(d.store.ctx)
	f := &fill{known: known, held: h, need: need, stop: stop, done: make(chan struct{})}
	if !d.store.spawn(func() { f.run(ctx, d) }) {
		stop(nil)
		return nil, ErrClosed
	}
	r.filling = f
	return f, nil
}

// stopFillLocked ends the handle's fill, which no read wants any more.
func (r *Reader) stopFillLocked() {
	if r.filling != nil {
		r.filling.stop(errNeedless)
		r.filling = nil
	}
}

// comesUncached returns why bytes were not kept on disk if the handle has all those of
// a read in memory, or has them on their way there: the disk need not be tried again for
// them. Else it returns nil.
func (r *Reader) comesUncached(off, length int64) error {
	d := r.d
	d.mu.Lock()
	defer d.mu.Unlock()
	need := d.content.clip(ranges.Range{Start: off, End: off + length})
	buffered := ranges.Range{Start: r.bufferAt, End: r.bufferAt + int64(len(r.buffer))}
	if r.err != nil || need.Empty() || d.content.held.Contains(need) ||
		need.Intersect(buffered) != need && !r.filling.brings(d.content.version(), need) {
		return nil
	}
	return cmp.Or(r.unkept, ErrDisk) // or bytes that are held could not be read
}

// noteUnkept notes why a read goes past the cache.
func (r *Reader) noteUnkept(err error) {
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	r.unkept = err
}

// run fetches bytes of the version known, as many as one response brings, and keeps
// none on disk.
func (f *fill) run(ctx context.Context, d *Download) {
	defer close(f.done)
	defer f.stop(nil)
	d.store.traffic.Begin(d)
	defer d.store.traffic.End(d)
	defer context.AfterFunc(d.store.interrupted, func() { f.stop(ErrClosed) })()
	t := &transfer{d: d, Range: f.need, slot: slots.Slot{Owner: d}, stop: f.stop, done: make(chan struct{})}
	s := &memorySink{transfer: t, known: f.known, held: f.held}
	t.sink = s
	d.store.limits.SetPriority(&t.slot, slots.Demand)
	if f.err = s.begin(); f.err == nil {
		f.err = t.runWithRetries(ctx)
		s.finish()
	}
	if f.err == nil {
		f.bytes, f.err = s.result()
	}
	f.ended = time.Now()
}
