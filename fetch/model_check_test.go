package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// A handle is a Reader and the versions that all it has given out so far may be
// of.
type handle struct {
	*Reader
	reads sync.WaitGroup
	ctx   context.Context // of the reads that wait
	leave context.CancelFunc

	mu      sync.Mutex
	maybe   []fetchtest.Content
	history []string
}

// buffers are what reads of models go into.
var buffers = sync.Pool{New: func() any { return new([1 << 20]byte) }}

// readOnce reads once and narrows down which version the handle reads.
func (m *model) readOnce(ctx context.Context, h *handle, off, n int64) {
	buf := buffers.Get().(*[1 << 20]byte)
	defer buffers.Put(buf)
	b, began := buf[:n], time.Now()
	got, err := h.ReadAt(ctx, b, off)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.history = append(h.history, fmt.Sprintf("%v-%v read(%d, %d) = %d, %v", began.Sub(startOfBubbles), time.Since(startOfBubbles), off, n, got, err))
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil && h.d.Status().State != Paused {
		m.t.Errorf("a read of %s at %d hangs: %+v", h.d.key, off, h.d.Status())
	}
	if err != nil && !errors.Is(err, io.EOF) {
		m.checkError(err)
		return
	}
	if got == 0 || (h.d.key == sworn && h.complete == nil) {
		return // the end of a file binds to no version as long as no byte was read
	}
	end, atEnd := off+int64(got), errors.Is(err, io.EOF)
	h.maybe = slices.DeleteFunc(h.maybe, func(c fetchtest.Content) bool {
		return end > c.Size() || (atEnd && c.Size() != end) || !isAt(c, off, b[:got])
	})
	if len(h.maybe) == 0 {
		m.wrongBytes(h, off, b[:got])
	}
}

// isAt reports whether b is what c has at off.
func isAt(c fetchtest.Content, off int64, b []byte) bool {
	buf := buffers.Get().(*[1 << 20]byte)
	defer buffers.Put(buf)
	n, _ := c.ReadAt(buf[:len(b)], off)
	return n == len(b) && bytes.Equal(buf[:n], b)
}

func (m *model) wrongBytes(h *handle, off int64, b []byte) {
	m.t.Errorf("WRONG BYTES: a handle on %s gave out what is of no one version; complete %v, %+v", h.d.key, h.complete != nil, h.d.Status())
	for i, c := range m.versions[h.d.key] {
		m.t.Logf("of version %d, %d bytes: %v", i, c.Size(), fetchtest.Check(c, off, b))
	}
	for _, line := range h.history {
		m.t.Log(line)
	}
}

// readErrors are all that a read or a command may fail with.
var readErrors = []error{ErrCanceled, ErrStale, ErrBusy, ErrClosed, ErrTimeout, ErrDenied, ErrNotFound, ErrBadResponse, ErrUnreachable,
	ErrNoSpace, ErrDigest, fault.ErrDisk, context.Canceled, context.DeadlineExceeded}

// checkError fails the test where an error says nothing, or what is only for the
// package itself.
func (m *model) checkError(err error) {
	clear := slices.ContainsFunc(readErrors, func(known error) bool { return errors.Is(err, known) })
	if !clear || errors.Is(err, errSuperseded) || errors.Is(err, errStopped) {
		m.t.Errorf("an error that says nothing: %v", err)
	}
}

// checkAll checks what must be true of every download at any time.
func (m *model) checkAll() {
	for _, key := range m.keys {
		d := m.download(key)
		d.mu.Lock()
		if !d.content.held.Valid(d.content.validator.Size) {
			m.t.Errorf("%s holds %v of %+v", key, d.content.held, d.content.validator)
		}
		if d.state == Complete && !d.content.complete() {
			m.t.Errorf("%s is complete with %v of %+v", key, d.content.held, d.content.validator)
		}
		if (d.state == Idle || d.state == Complete) && m.isActive(d) {
			m.t.Errorf("%s is active though %v", key, d.state)
		}
		wanted := d.state != Idle && d.state != Complete
		if wanted != (d.wish != 0) || d.wish == wishSeems && len(d.readers) == 0 {
			m.t.Errorf("%s is %v, wanted by %b, with %d handles open", key, d.state, d.wish, len(d.readers))
		}
		d.mu.Unlock()
	}
}

func (m *model) isActive(d *Download) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.active[d.key] != nil
}

// finish takes every fault away and checks that all comes to a good end.
func (m *model) finish() {
	m.note("finish")
	m.calm()
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	for _, key := range m.keys {
		if err := m.download(key).Control(ctx, Resume); err != nil && !errors.Is(err, fault.ErrDisk) && !errors.Is(err, ErrNoSpace) {
			m.t.Errorf("resuming %s: %v", key, err)
		}
	}
	began := time.Now()
	m.later.Wait()
	if took := time.Since(began); took > 15*time.Minute && m.opt.LimitRate == 0 {
		m.t.Errorf("reads waited %v after every fault was over", took)
	}
	m.closeAll()
	for _, key := range m.keys {
		m.dropOne(ctx, key)
	}
	for _, key := range m.keys {
		m.readOne(key)
		m.dropOne(ctx, key) // there may be room for no more than one
	}
}

// calm takes every fault away.
func (m *model) calm() {
	m.origin.Heal()
	m.origin.SetLink(fetchtest.Link{})
	for _, key := range m.keys {
		m.origin.Redirect(key, 0, "")
	}
	m.disk.heal()
}

func (m *model) dropOne(ctx context.Context, key string) {
	d := m.download(key)
	for _, c := range []Command{Cancel, Evict} {
		if err := d.Control(ctx, c); err != nil {
			m.t.Errorf("%v of %s in the end: %v", c, key, err)
		}
	}
	if s := d.Status(); s.State != Idle || s.Held != 0 {
		m.t.Errorf("%s after Cancel and Evict: %+v", key, s)
	}
}

// readOne reads a file whole, as every file can be by now.
func (m *model) readOne(key string) {
	err := m.whole(key)
	if errors.Is(err, ErrStale) {
		err = m.whole(key) // the size known until now was that of another version
	}
	if errors.Is(err, ErrNoSpace) && m.opt.MaxBytes > 0 && m.opt.MaxBytes < m.origin.Content(key).Size() {
		return // not to be had in part
	}
	if err != nil {
		m.t.Errorf("reading %s in the end: %v", key, err)
	}
}
