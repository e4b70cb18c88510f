package fetch

import (
	"context"
	"errors"
	"io"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// held is a content as a read found it: the version and the digest of its bytes. The
// content itself may learn more, or be replaced.
type held struct {
	*content
	version version
	sum     string // "" where the file is not complete, or has none yet
	sworn   bool   // the catalog gave a digest, which sum is
}

// heldLocked returns the content as it is now.
func (d *Download) heldLocked() held {
	sum := d.content.sum
	return held{content: d.content, version: d.content.version(), sum: sum, sworn: sum != "" && sum == d.listed.Digest}
}

// wholly reports whether bytes from the remote have to be compared whole, by the
// digest: what the catalog gave one for is never given out unchecked once it is complete.
func (h *held) wholly() bool { return h.sworn || !h.version.Strong() }

// provable reports whether bytes from the remote can be shown to be of the version
// that is held: by a strong validator, or else by the digest of the whole.
func (h *held) provable() bool { return h.version.Strong() || h.sum != "" }

// readComplete reads from the file that was complete when the handle was opened. It
// fails with ErrStale where the disk does not give all bytes, and the remote has
// another version by now.
func (r *Reader) readComplete(ctx context.Context, p []byte, off int64) (n int, err error) {
	inside := p[:max(min(int64(len(p)), r.held.version.Size-off), 0)]
	if len(inside) > 0 {
		n, err = r.readDisk(ctx, &r.held, inside, off)
	}
	switch {
	case errors.Is(err, errSuperseded):
		return n, ErrStale
	case err == nil && n < len(p):
		return n, io.EOF
	}
	return n, err
}

// readPart reads held bytes of c, which may be dropped meanwhile: errDropped.
func (r *Reader) readPart(ctx context.Context, c *content, p []byte, off int64) (int, error) {
	d := r.d
	d.mu.Lock()
	h := d.heldLocked()
	err := d.currentLocked(c)
	d.mu.Unlock()
	if err == nil {
		err = d.acquire(c)
	}
	switch {
	case err == nil:
		defer h.file.Release()
		return r.readDisk(ctx, &h, p, off)
	case errors.Is(err, errSuperseded), errors.Is(err, ErrClosed):
		return 0, err
	}
	return r.salvage(ctx, &h, p, off, err)
}

// readDisk fills p with held bytes. The caller has a reference to the file. A read
// that the disk cuts short is never the end of the file: the rest comes from the
// remote.
func (r *Reader) readDisk(ctx context.Context, h *held, p []byte, off int64) (int, error) {
	n, err := h.file.ReadAt(p, off)
	if n == len(p) {
		return n, nil
	}
	if err == io.EOF {
		err = diskcache.ErrGone
	}
	more, err := r.salvage(ctx, h, p[n:], off+int64(n), fault.Disk(err))
	return n + more, err
}

// salvage fetches held bytes past the cache, whose disk failed to give them. Where
// nothing may be fetched, or what comes could be of another version, it fails with the
// disk's error.
func (r *Reader) salvage(ctx context.Context, h *held, p []byte, off int64, failed error) (int, error) {
	r.d.reportUnreadable(h.content, failed)
	if !h.provable() {
		return 0, failed
	}
	n, err := r.readUncached(ctx, p, off, h)
	if errors.Is(err, errStopped) {
		err = failed
	}
	return n, err
}

// reportUnreadable logs once of each content that the disk does not give its bytes,
// and of few contents at a time: a disk that died has thousands.
func (d *Download) reportUnreadable(c *content, err error) {
	d.mu.Lock()
	reported := c.unreadable
	c.unreadable = true
	d.mu.Unlock()
	if !reported && d.store.complaints.Allow() {
		d.store.log.Warn("the cache cannot be read: bytes are fetched past it", "key", d.key, "err", err)
	}
}
