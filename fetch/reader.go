package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/plan"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A Reader is one open handle on a Download. It owns that handle's read-ahead
// window, and reads one version of the file: once it has given out bytes of one
// it fails with ErrStale after the remote changed, and with ErrCanceled after a
// Cancel.
type Reader struct {
	d        *Download
	complete *diskcache.File // the whole file, if it was complete when opened

	// guarded by d.mu
	window plan.Window
	served bool  // bytes were given out
	err    error // ends the handle

	spilling chan struct{} // holds one element while a read uses spill
	spill    []byte        // from spillAt on: bytes read while the disk was full
	spillAt  int64
}

// NewReader opens a handle. Close must follow.
func (d *Download) NewReader() *Reader {
	r := &Reader{d: d, spilling: make(chan struct{}, 1)}
	d.mu.Lock()
	f, complete := d.file, d.state == Complete
	if d.readers == nil {
		d.readers = make(map[*Reader]struct{})
	}
	d.readers[r] = struct{}{}
	d.mu.Unlock()
	if complete && d.acquire(f) == nil {
		r.complete = f
		d.entry.Touch(f)
	}
	return r
}

// File returns the whole file if it was complete when the handle was opened,
// else nil. It is for reading only and open until Close.
func (r *Reader) File() *os.File {
	if r.complete == nil {
		return nil
	}
	return r.complete.OS()
}

// Close gives the handle up. Transfers go on.
func (r *Reader) Close() error {
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	delete(r.d.readers, r)
	if r.d.state == Idle && len(r.d.readers)+len(r.d.waits) == 0 && r.d.streams() {
		r.d.ground(nil, errNeedless)
	}
	r.d.rank()
	if r.complete != nil {
		r.complete.Release()
		r.complete = nil
	}
	r.d.rest()
	return nil
}

// end ends the handle, which wants nothing from here on. d.mu is held.
func (r *Reader) end(err error) {
	if r.err == nil && r.complete == nil {
		r.err = err
		r.window.Forget()
	}
}

// ReadAt reads as io.ReaderAt does, and waits for bytes that are not held until
// they arrive or ctx ends. Leaving by ctx stops nothing: the bytes go on
// arriving. Other than ctx's it fails with ErrCanceled, ErrStale, ErrTimeout,
// ErrClosed, fs.ErrInvalid, or why the attempt to fetch was given up.
func (r *Reader) ReadAt(ctx context.Context, p []byte, off int64) (int, error) {
	if off < 0 || off > ranges.Unbounded-int64(len(p)) {
		return 0, fmt.Errorf("%w: offset %d", fs.ErrInvalid, off)
	}
	if r.complete != nil {
		n, err := r.complete.ReadAt(p, off)
		if err != nil && err != io.EOF {
			err = fault.Disk(err)
		}
		return n, err
	}
	for {
		n, f, err := r.await(ctx, off, int64(len(p)))
		if errors.Is(err, ErrNoSpace) {
			if n, err = r.readUncached(ctx, p, off); errors.Is(err, errStopped) {
				continue // paused: wait as others do
			}
			return n, err
		}
		if err != nil {
			return 0, err
		}
		err = r.d.acquire(f)
		if err == errDropped {
			continue // dropped in between: find out why
		}
		if err != nil {
			return 0, err
		}
		got, err := f.ReadAt(p[:n], off)
		f.Release()
		switch {
		case got < n:
			return got, fmt.Errorf("%w: %w", fault.ErrDisk, err)
		case n < len(p):
			return n, io.EOF
		}
		return n, nil
	}
}

// await returns how many of length bytes at off there are, once they are held,
// and the file that has them.
func (r *Reader) await(ctx context.Context, off, length int64) (n int, f *diskcache.File, err error) {
	d := r.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.err != nil {
		return 0, nil, r.err
	}
	moved := r.window.Read(ranges.Range{Start: off, End: off + length})
	var w *wait
	defer func() { d.leave(w) }()
	for {
		if r.err != nil {
			return 0, nil, r.err
		}
		need := ranges.Range{Start: off, End: off + length}
		if d.validator.Size >= 0 {
			need.End = min(need.End, d.validator.Size)
		}
		if need.Empty() {
			return 0, nil, eofAt(length)
		}
		if d.state == Idle && !d.rests() && r.window.Meant(d.validator.Size) {
			_ = d.happen(evMeant) // never refused
			d.rescale(time.Now())
		}
		if d.have.Contains(need) {
			if r.served = true; moved {
				r.prefetch()
			}
			return int(need.Len()), d.file, nil
		}
		if w == nil {
			if err := d.refused(); err != nil {
				return 0, nil, err
			}
			if len(d.flights)+len(d.waits) == 0 {
				d.vain = 0 // of those who have left
			}
			w = &wait{reader: r}
			d.waits = append(d.waits, w)
		}
		if w.err != nil {
			return 0, nil, w.err
		}
		w.Range = r.need(need)
		if err := d.wait(ctx); err != nil {
			return 0, nil, err
		}
	}
}

// need returns what to ask for on behalf of a read that lacks bytes: itself, and
// the window beyond it in the same request. d.mu is held.
func (r *Reader) need(read ranges.Range) ranges.Range {
	return ranges.Range{Start: read.Start, End: max(read.End, r.window.End)}
}

// prefetch sees that a window that has moved is on its way, and comes before
// what nobody reads yet. d.mu is held.
func (r *Reader) prefetch() {
	ahead := r.window.Ahead()
	if size := r.d.validator.Size; size >= 0 {
		ahead.End = min(ahead.End, size)
	}
	if !r.d.have.Contains(ahead) && !r.d.rests() {
		r.d.schedule()
	}
}

func eofAt(length int64) error {
	if length == 0 {
		return nil
	}
	return io.EOF
}
