package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/plan"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

const chunkLen = 256 << 10

var chunks = sync.Pool{New: func() any { return new([chunkLen]byte) }}

// chunkFor returns what to read a body into: little for a head, of which many
// come at a time.
func chunkFor(body ranges.Range) (chunk []byte, done func()) {
	if n := body.Len(); n <= probeLen {
		return make([]byte, n), func() {}
	}
	c := chunks.Get().(*[chunkLen]byte)
	return c[:], func() { chunks.Put(c) }
}

// receive takes in a body until f has all that it is to bring.
func (d *Download) receive(ctx context.Context, f *flight, a answer, body io.Reader, guard *stallGuard) error {
	guard.stop()
	file := f.file
	if err := d.acquire(file); err != nil {
		return err
	}
	defer file.Release()
	chunk, done := chunkFor(a.body)
	defer done()
	for at := a.body.Start; ; {
		guard.moved()
		got, err := body.Read(chunk[:min(d.store.chunk, int64(len(chunk)), a.body.End-at)])
		guard.stop() // what follows is not the server's time
		if got > 0 {
			d.store.limits.Arrived(&f.turn, int64(got), f.rtt)
			more, err := d.take(ctx, f, file, chunk[:got], at)
			if !more || err != nil {
				return err
			}
			at += int64(got)
			if err := d.store.throttle(ctx, got); err != nil {
				return err
			}
		}
		if err != nil {
			return d.bodyEnd(f, a, at, err)
		}
	}
}

// throttle waits until n bytes may be read.
func (s *Store) throttle(ctx context.Context, n int) error {
	if s.rate == nil {
		return nil
	}
	return s.rate.WaitN(ctx, n)
}

// bodyEnd says what it means that a body ended with err at at, while more was
// to come.
func (d *Download) bodyEnd(f *flight, a answer, at int64, err error) error {
	if errors.Is(err, io.EOF) && a.body.End == ranges.Unbounded {
		if at == 0 {
			if err := d.store.refuseNothing(a); err != nil {
				return err
			}
		}
		return d.sizeFound(f, at, a.framed)
	}
	return brokeOff(err)
}

// brokeOff says that a body ended with err before its end.
func brokeOff(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%w: the connection broke: %w", ErrUnreachable, err)
}

// sizeFound takes over the size of a file that was sent to its end without one.
// Where that cannot be, by what was known or is held, the connection broke, or the
// file has changed if the end is certain.
func (d *Download) sizeFound(f *flight, size int64, certain bool) error {
	d.mu.Lock()
	if err := d.holdsLocked(f.file); err != nil {
		d.mu.Unlock()
		return err
	}
	if known := d.validator.Size; known >= 0 && known != size || !d.have.Valid(size) {
		held := d.have.Len()
		d.mu.Unlock()
		if certain {
			return d.another(f, validator.Validator{Size: size})
		}
		return fmt.Errorf("%w: the file ended at %d of %d, %d held", ErrUnreachable, size, known, held)
	}
	defer d.mu.Unlock()
	d.validator.Size = size
	if d.allHeld() && d.state != Complete {
		d.finish()
	}
	d.announce()
	return nil
}

// another drops what is held for another version that showed in a body, which
// is then to be asked for anew.
func (d *Download) another(f *flight, v validator.Validator) error {
	if err := d.replace(f, v); err != nil {
		return err
	}
	if d.restless() {
		return fmt.Errorf("%w: other bytes at every request", ErrBadResponse)
	}
	return errAnother
}

// take keeps bytes that arrived for off, and reports whether f is to bring more.
// What a stream brings again is compared with what is held: without a validator
// only the bytes themselves tell whether the file is the same.
func (d *Download) take(ctx context.Context, f *flight, file *diskcache.File, b []byte, off int64) (more bool, err error) {
	d.mu.Lock()
	if err := d.holdsLocked(file); err != nil {
		d.mu.Unlock()
		return false, err
	}
	arrived := len(b)
	b = b[:max(min(int64(arrived), f.End-off), 0)]
	if size := d.validator.Size; size >= 0 && off+int64(len(b)) > size {
		d.mu.Unlock()
		return false, d.another(f, validator.Unknown) // two answers say what cannot both be
	}
	again, own := min(d.have.From(off), int64(len(b))), d.tally
	d.mu.Unlock()

	if err := d.compare(f, file, b[:again], off); err != nil {
		return false, err
	}
	if b := b[again:]; len(b) > 0 {
		began := time.Now()
		if err := d.store.cache.Room(ctx, int64(len(b))); err != nil {
			return false, err
		}
		if err := file.Put(b, off+again); err != nil {
			return false, fault.Disk(err)
		}
		d.stored(began)
	}
	if own.End == off {
		_, _ = own.Write(b) // never fails
	}
	more, err = d.arrive(f, ranges.Range{Start: off, End: off + int64(len(b))}, own)
	return more && len(b) == arrived, err // f may have got more to bring, too late for what was cut off
}

// compare fails, having dropped what is held, unless b is what is held at off.
func (d *Download) compare(f *flight, file *diskcache.File, b []byte, off int64) error {
	if len(b) == 0 {
		return nil
	}
	held := make([]byte, len(b))
	if _, err := file.ReadAt(held, off); err != nil {
		return fault.Disk(err)
	}
	if bytes.Equal(held, b) {
		return nil
	}
	d.mu.Lock()
	known := d.validator
	d.mu.Unlock()
	return d.another(f, known)
}

// arrive marks bytes as held. own is the tally with them, if they follow it.
func (d *Download) arrive(f *flight, r ranges.Range, own digest.Running) (more bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.holdsLocked(f.file); err != nil {
		return false, err
	}
	if fresh := d.have.Missing(r); len(fresh) > 0 {
		f.last, d.vain = time.Now(), 0
		d.entry.Grow(fresh.Len(), f.last)
	}
	d.have = d.have.Add(r)
	if own.End > d.tally.End {
		d.tally = own
	}
	f.Start = r.End
	if d.state != Failed {
		d.err = nil
	}
	d.touched()
	if d.allHeld() {
		d.finish()
	}
	if d.state == Idle && d.streams() && f.Start > d.furthest()+plan.MaxWindow {
		_ = d.happen(evMeant) // it cannot be had in part, so it is shown and can be paused
	}
	d.measure(f, r.Len())
	d.hurry(f)
	d.wake()
	return f.Start < f.End, nil
}
