package fetch

import (
	"errors"
	"io"

	"github.com/tunesfs/tunesfs/internal/panics"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A Layout is what the bytes of a file that are held tell of its parts.
type Layout struct {
	Structure ranges.Set // tags, pictures, headers and indexes: what a reader of tags reads
	Lacks     ranges.Set // the bytes that would tell more of it
}

// maxLayouts is how often the layout of one content is made: a hostile file may tell
// of its parts one by one.
const maxLayouts = 64

// A knownLayout is the layout of a content as far as it is known. It is guarded by
// Download.mu.
type knownLayout struct {
	Layout
	made int // how often it was made
}

// dueLocked reports whether bytes came that may tell more.
func (l *knownLayout) dueLocked(held ranges.Set) bool {
	if l.made == 0 {
		return len(held) > 0
	}
	for _, r := range l.Lacks {
		if held.Contains(r) {
			return l.made < maxLayouts
		}
	}
	return false
}

// learnLayout has the layout of the content be made if bytes came that may tell more of
// it. The caller holds no lock.
func (d *Download) learnLayout() {
	if d.store.opt.Layout == nil {
		return
	}
	d.mu.Lock()
	c, held := d.content, d.content.held
	due, size := c.layout.dueLocked(held), c.validator.Size
	if due {
		c.layout.made++
	}
	d.mu.Unlock()
	if !due || d.acquire(c) != nil {
		return
	}
	made, err := d.store.layoutOf(d.key, heldBytes{c.file, held}, size)
	c.file.Release()
	if err != nil {
		return // it is in the log
	}
	d.mu.Lock()
	c.layout.Layout = made
	d.mu.Unlock()
}

// layoutOf returns what Options.Layout does, with a panic as an error: it reads bytes of
// a server.
func (s *Store) layoutOf(key string, held io.ReaderAt, size int64) (l Layout, err error) {
	defer panics.Recover(s.log, "the parts of a file", ErrBadResponse, &err)
	return s.opt.Layout(key, held, size), nil
}

// heldBytes are the bytes of a file that are held.
type heldBytes struct {
	file io.ReaderAt
	held ranges.Set
}

// errNotHeld is a read of bytes that are not held.
var errNotHeld = errors.New("not held")

// ReadAt reads as many of the bytes as are held.
func (h heldBytes) ReadAt(p []byte, off int64) (int, error) {
	n := min(h.held.From(off), int64(len(p)))
	if n == 0 {
		return 0, errNotHeld
	}
	got, err := h.file.ReadAt(p[:n], off)
	if err == nil && got < len(p) {
		err = errNotHeld
	}
	return got, err
}
