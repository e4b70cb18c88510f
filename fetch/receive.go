package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

const chunkLen = 256 << 10

var chunks = sync.Pool{New: func() any { return new([chunkLen]byte) }}

// accept decides what an answer means for the download. Without an error the
// body's bytes are those that f is to bring, from f.Start on.
func (d *Download) accept(f *flight, a answer, ifRange string) error {
	fits, err := d.fit(f, a, ifRange)
	if fits || err != nil {
		return err
	}
	if err := d.replace(f, a.version); err != nil {
		return err
	}
	if d.restless() {
		return fmt.Errorf("%w: another file at every request", ErrBadResponse)
	}
	_, err = d.fit(f, a, ifRange)
	return err
}

// fit has f bring what the answer holds, if it goes on what is held.
func (d *Download) fit(f *flight, a answer, ifRange string) (fits bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch known := d.version; {
	case f.drops != d.drops:
		return false, errSuperseded
	case !known.continues(a, ifRange):
		return false, nil
	case a.whole && ifRange != "" && known.proves(a.version):
		return false, errDistrusted
	}
	return true, d.settle(f, a)
}

// replace drops what is held of a version that is no more, and has f go on with
// the new one.
func (d *Download) replace(f *flight, v version) error {
	d.disk.Lock()
	defer d.disk.Unlock()
	d.mu.Lock()
	if f.drops != d.drops {
		d.mu.Unlock()
		return errSuperseded
	}
	d.change(v, f)
	f.drops = d.drops
	d.mu.Unlock()
	return d.unlink()
}

// restless reports whether the remote changed so often that there is no use in
// going on, and lets the next attempt have as many changes again.
func (d *Download) restless() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.flips < maxChanges {
		return false
	}
	d.flips = maxFlips + 1
	return true
}

// settle takes over what the answer tells of the file.
// d.mu is held.
func (d *Download) settle(f *flight, a answer) error {
	known := d.version
	d.version, d.err = d.version.merge(a.version), nil
	d.sizeless = d.version.Size < 0
	if a.typ != "" {
		d.typ = a.typ
	}
	if a.whole {
		d.noRanges = true
	}
	if known != d.version || a.whole {
		d.touched()
		d.announce()
	}
	if d.allHeld() {
		d.finish()
	}
	d.benefit(f)
	if a.body.Empty() || (a.body.Start != 0 && d.streams()) || (a.whole && d.probed()) {
		return errSuperseded // what is still wanted is planned anew
	}
	if d.streams() && d.have.Contains(a.body) {
		return fmt.Errorf("%w: only what was sent before came, up to %d", ErrUnreachable, a.body.End)
	}
	d.narrow(f, a)
	return nil
}

// narrow makes f bring what the body of an answer holds of it; one from the start
// is brought by f alone. d.mu is held.
func (d *Download) narrow(f *flight, a answer) {
	if a.whole || d.streams() {
		d.ground(f, errSuperseded)
		f.Start = 0
	}
	if a.whole {
		f.End = a.body.End
	}
	f.End = min(f.End, a.body.End)
	if d.version.Size >= 0 {
		f.End = min(f.End, d.version.Size)
	}
}

// receive takes in a body until f has all that it is to bring.
func (d *Download) receive(ctx context.Context, f *flight, a answer, body io.Reader, guard *stallGuard) error {
	file, err := d.data(f.drops)
	if err != nil {
		return err
	}
	defer file.unref()
	chunk := chunks.Get().(*[chunkLen]byte)
	defer chunks.Put(chunk)
	for at := a.body.Start; ; {
		n := min(d.store.chunk, a.body.End-at)
		if err := errors.Join(d.store.limits.yield(ctx, &f.turn), d.store.throttle(ctx, n)); err != nil {
			return err
		}
		guard.moved()
		got, err := body.Read(chunk[:n])
		guard.stop() // what follows is not the server's time
		if got > 0 {
			more, err := d.take(f, file, chunk[:got], at)
			if !more || err != nil {
				return err
			}
			at += int64(got)
		}
		if err != nil {
			return d.bodyEnd(f, a, at, err)
		}
	}
}

// throttle waits until n bytes may be read.
func (s *Store) throttle(ctx context.Context, n int64) error {
	if s.rate == nil {
		return nil
	}
	return s.rate.WaitN(ctx, int(n))
}

// bodyEnd says what it means that a body ended with err at at, while more was
// to come.
func (d *Download) bodyEnd(f *flight, a answer, at int64, err error) error {
	if errors.Is(err, io.EOF) && a.body.End == unbounded {
		return d.sizeFound(f, at, a.framed)
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%w: the connection broke: %w", ErrUnreachable, err)
}

// sizeFound takes over the size of a file that was sent to its end without one.
// Where another was known it was wrong, or the file has changed, if the end is
// certain.
func (d *Download) sizeFound(f *flight, size int64, certain bool) error {
	d.mu.Lock()
	known := d.version
	switch {
	case f.drops != d.drops:
		d.mu.Unlock()
		return errSuperseded
	case known.Size >= 0 && !certain:
		d.mu.Unlock()
		return fmt.Errorf("%w: the file ended at %d of %d", ErrUnreachable, size, known.Size)
	case known.Size >= 0:
		d.mu.Unlock()
		return d.another(f, version{Size: size})
	}
	defer d.mu.Unlock()
	d.version.Size = size
	if d.allHeld() {
		d.finish()
	}
	d.announce()
	return nil
}

// another drops what is held for another version that showed in a body, which
// is then to be asked for anew.
func (d *Download) another(f *flight, v version) error {
	if err := d.replace(f, v); err != nil {
		return err
	}
	if d.restless() {
		return fmt.Errorf("%w: other bytes at every request", ErrBadResponse)
	}
	return errSuperseded
}

// take keeps bytes that arrived for off, and reports whether f is to bring more.
// What a stream brings again is compared with what is held: without a validator
// only the bytes themselves tell whether the file is the same.
func (d *Download) take(f *flight, file *dataFile, b []byte, off int64) (more bool, err error) {
	d.mu.Lock()
	if f.drops != d.drops {
		d.mu.Unlock()
		return false, errSuperseded
	}
	b = b[:max(min(int64(len(b)), f.End-off), 0)]
	again := min(d.have.From(off), int64(len(b)))
	d.mu.Unlock()

	if err := d.compare(f, file, b[:again], off); err != nil {
		return false, err
	}
	if b := b[again:]; len(b) > 0 {
		if err := d.store.makeRoom(int64(len(b))); err != nil {
			return false, err
		}
		if err := file.put(b, off+again); err != nil {
			return false, diskError(err)
		}
	}
	return d.arrive(f, Range{off, off + int64(len(b))})
}

// compare fails, having dropped what is held, unless b is what is held at off.
func (d *Download) compare(f *flight, file *dataFile, b []byte, off int64) error {
	if len(b) == 0 {
		return nil
	}
	held := make([]byte, len(b))
	if _, err := file.ReadAt(held, off); err != nil {
		return diskError(err)
	}
	if bytes.Equal(held, b) {
		return nil
	}
	d.mu.Lock()
	known := d.version
	d.mu.Unlock()
	return d.another(f, known)
}

// arrive marks bytes as held.
func (d *Download) arrive(f *flight, r Range) (more bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f.drops != d.drops {
		return false, errSuperseded
	}
	if fresh := d.have.Missing(r); len(fresh) > 0 {
		f.last = time.Now()
		d.store.usage.grow(d.place.name, fresh.Len(), f.last)
	}
	d.have = d.have.Add(r)
	f.Start = r.End
	d.err = nil
	d.touched()
	if d.allHeld() {
		d.finish()
	}
	d.measure(f, r.Len())
	d.wake()
	return f.Start < f.End, nil
}
