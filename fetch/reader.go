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
	"github.com/tunesfs/tunesfs/fetch/internal/plan"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A Reader is one open handle on a Download. It owns that handle's read-ahead
// window, and reads one version of the file: once it has given out bytes of one
// it fails with ErrStale after the remote changed, and with ErrCanceled after a
// Cancel.
type Reader struct {
	d        *Download
	early    bool            // it is a Prefetch's, and nobody reads
	complete *diskcache.File // the whole file, if it was complete when opened
	held     held            // what complete has

	// guarded by d.mu
	window plan.Window
	interest
	late    bool      // it was opened during a pause that still lasts
	refused time.Time // when a read failed for that
	served  bool      // bytes were given out
	unheld  bool      // some of them are not held any more, or never were
	given   int64     // where the last of them ends
	size    int64     // that the handle's user relies on, or of what was given out; -1 none
	err     error     // ends the handle
	filling *fill     // the last that no read has taken yet; or nil
	unkept  error     // why the last read that went past the cache did

	buffering chan struct{} // holds one element while a read uses buffer
	buffer    []byte        // from bufferAt on: bytes that were not kept on disk; set under d.mu, too
	bufferAt  int64
}

// NewReader opens a handle. Close must follow.
func (d *Download) NewReader() *Reader {
	r := &Reader{d: d, size: -1, buffering: make(chan struct{}, 1)}
	_ = d.readAgain() // else its bytes come past the cache
	d.mu.Lock()
	c, complete := d.heldLocked(), d.state == Complete
	d.addReaderLocked(r)
	r.late = d.state == Paused
	d.mu.Unlock()
	if !complete || d.acquireLong(c.content) != nil {
		return r
	}
	if !d.vouch(c.content) {
		c.file.Release()
		return r
	}
	r.complete, r.held = c.file, c
	if d.entry.Touch() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.recorder.markDirtyLocked()
	}
	return r
}

func (d *Download) addReaderLocked(r *Reader) {
	if d.readers == nil {
		d.readers = make(map[*Reader]struct{})
	}
	d.readers[r] = struct{}{}
	if !r.early {
		d.quiet = time.Time{}
	}
}

// Key returns that of the download that r reads.
func (r *Reader) Key() string { return r.d.Key() }

// File returns the whole file if it was complete when the handle was opened,
// else nil. It is for reading only and open until Close.
func (r *Reader) File() *os.File {
	if r.complete == nil {
		return nil
	}
	return r.complete.OS()
}

// Promise says that the handle's user relies on a size, or on none for -1: a version of
// another size ends the handle with ErrStale, though no byte was given out.
func (r *Reader) Promise(size int64) {
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	r.size = size
	if now := r.d.content.validator.Size; size >= 0 && now != size {
		r.endLocked(ErrStale)
	}
}

// Size returns the size that the handle keeps to: of the version whose bytes it gave
// out, or the one that its user relies on. It is -1 while there is none.
func (r *Reader) Size() int64 {
	if r.complete != nil {
		return r.held.version.Size
	}
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	if r.served && r.err == nil { // its end may have come after them
		r.size = max(r.size, r.d.content.validator.Size)
	}
	return r.size
}

// serveLocked notes that bytes of what is known now are given out.
func (r *Reader) serveLocked() {
	r.served = true
	r.size = max(r.size, r.d.content.validator.Size)
}

// Close gives the handle up. Transfers go on.
func (r *Reader) Close() error {
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	r.leaveLocked()
	r.stopFillLocked()
	if r.d.state == Idle && len(r.d.readers)+len(r.d.waiters.list) == 0 && r.d.content.streams() {
		r.d.transfers.cancelOthers(nil, errNeedless)
	}
	r.d.rankLocked()
	if r.complete != nil {
		r.complete.Release()
		r.complete = nil
	}
	r.d.recorder.restLocked()
	return nil
}

// endLocked ends the handle, which wants nothing from here on.
func (r *Reader) endLocked(err error) {
	if r.err == nil && r.complete == nil {
		r.err = err
		r.window.Forget()
		r.d.waiters.notify() // nothing more is fetched for its reads
	}
}

// ReadAt reads as io.ReaderAt does, and waits for bytes that are not held until
// they arrive or ctx ends. Leaving by ctx stops nothing: the bytes go on
// arriving. A handle that was opened while the download was paused waits 5 s at most for
// it to go on, and fails with ErrBusy then: a read that fails so for its later bytes returns
// those before with the error. Other than ErrBusy and ctx's error it fails with
// ErrCanceled, ErrStale, ErrTimeout, ErrClosed, fs.ErrInvalid, or why the attempt to fetch
// was given up.
func (r *Reader) ReadAt(ctx context.Context, p []byte, off int64) (int, error) {
	if off < 0 || off > ranges.Unbounded-int64(len(p)) {
		return 0, fmt.Errorf("%w: offset %d", fs.ErrInvalid, off)
	}
	if r.complete != nil {
		r.trace(off, len(p))
		return r.readComplete(ctx, p, off)
	}
	_ = r.d.readAgain() // likewise
	moved := r.begin(off, len(p))
	n, err := r.readPartial(ctx, p, off, moved)
	r.end(off, n)
	return n, err
}

// readPartial is ReadAt of a file that was not complete when the handle was opened. moved
// is whether the read has moved the window.
func (r *Reader) readPartial(ctx context.Context, p []byte, off int64, moved bool) (int, error) {
	for {
		n, c, err := 0, (*content)(nil), r.comesUncached(off, int64(len(p)))
		if err == nil {
			n, c, err = r.await(ctx, off, int64(len(p)), moved)
		}
		if unkept(err) {
			failed := err
			r.noteUnkept(failed)
			if n, err = r.readUncached(ctx, p, off, nil); errors.Is(err, errStopped) {
				continue // paused: wait as others do
			}
			if errors.Is(err, ErrNoSpace) {
				err = failed // which says why nothing is kept
			}
			return n, err
		}
		if n == 0 && err != nil {
			return 0, err
		}
		n, failed := r.readPart(ctx, c, p[:n], off)
		switch {
		case errors.Is(failed, errSuperseded), errors.Is(failed, errStopped):
			continue // dropped in between, or paused: find out why
		case failed != nil:
			err = failed
		case err == nil && n < len(p):
			err = io.EOF
		}
		return n, err
	}
}

// await returns how many of length bytes at off there are, once they are held,
// and the content that they are of. With an error, those are the bytes before the
// first missing one.
func (r *Reader) await(ctx context.Context, off, length int64, moved bool) (n int, c *content, err error) {
	d := r.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.err != nil {
		return 0, nil, r.err
	}
	var w *waiter
	var pause pauseLimit
	defer func() { pause.stop(); d.leaveLocked(w) }()
	for {
		if err := d.awaitExaminedLocked(ctx); err != nil {
			return 0, nil, err
		}
		if r.err != nil {
			return 0, nil, r.err
		}
		need := d.content.clip(ranges.Range{Start: off, End: off + length})
		if need.Empty() {
			return 0, nil, eofAt(length)
		}
		proof := d.content.before(need, r.given)
		if d.content.held.Contains(proof) {
			r.given = max(r.given, need.End)
			if r.serveLocked(); moved {
				r.prefetchLocked()
			}
			return int(need.Len()), d.content, nil
		}
		if r.late && d.content.heldOf(need, r.given) >= worthGiving {
			return r.partLocked(need, errPaused)
		}
		if w == nil {
			if err := d.refusedLocked(); err != nil {
				return r.partLocked(need, err)
			}
			if len(d.transfers)+len(d.waiters.list) == 0 {
				d.wasted = 0 // of those who have left
			}
			w = &waiter{reader: r}
			d.waiters.add(w)
		}
		if w.err != nil {
			return r.partLocked(need, w.err)
		}
		w.Range = r.needLocked(proof)
		if err := d.barredLocked(w); err != nil {
			return r.partLocked(need, err)
		}
		if err := pause.waitLocked(ctx, r); err != nil {
			return r.partLocked(need, err)
		}
	}
}

// needLocked returns what to ask for on behalf of a read that lacks bytes: itself,
// and the window beyond it in the same request.
func (r *Reader) needLocked(read ranges.Range) ranges.Range {
	return ranges.Range{Start: read.Start, End: max(read.End, r.window.End)}
}

// prefetchLocked sees that a window that has moved is on its way, and comes before
// what nobody reads yet.
func (r *Reader) prefetchLocked() {
	ahead := r.d.content.clip(r.window.Ahead())
	if !r.d.content.held.Contains(ahead) && !r.d.failure.recent() {
		r.d.scheduleLocked()
	}
}

func eofAt(length int64) error {
	if length == 0 {
		return nil
	}
	return io.EOF
}
