package fetch

import (
	"context"
	"crypto/md5"  //nolint:gosec // what catalogues publish; it guards against damage, not against forgery
	"crypto/sha1" //nolint:gosec // likewise
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"strings"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

var digests = map[string]func() hash.Hash{
	"md5":     md5.New,
	"sha1":    sha1.New,
	ownDigest: func() hash.Hash { return crc32.New(castagnoli) },
}

// checkDigest reads r to its end and fails with ErrDigest unless it has the
// digest, which is an algorithm, a colon and lower-case hex.
func checkDigest(r io.Reader, digest string) error {
	algorithm, want, _ := strings.Cut(digest, ":")
	got, err := digestOf(r, algorithm)
	if err != nil {
		return err
	}
	if got != algorithm+":"+strings.ToLower(want) {
		return fmt.Errorf("%w: %s, should be %s", ErrDigest, got, digest)
	}
	return nil
}

func digestOf(r io.Reader, algorithm string) (string, error) {
	make, ok := digests[algorithm]
	if !ok {
		return "", fmt.Errorf("%w: unknown algorithm %q", ErrDigest, algorithm)
	}
	h := make()
	if err := pour(h, r); err != nil {
		return "", err
	}
	return algorithm + ":" + hex.EncodeToString(h.Sum(nil)), nil
}

// pour has to take in r, a file of ours, to its end.
func pour(to io.Writer, r io.Reader) error {
	chunk := chunks.Get().(*[chunkLen]byte)
	defer chunks.Put(chunk)
	if _, err := io.CopyBuffer(to, r, chunk[:]); err != nil {
		return fault.Disk(err)
	}
	return nil
}

// A bounded reader ends with its context, and its cause.
type bounded struct {
	ctx context.Context
	io.Reader
}

func (b bounded) Read(p []byte) (int, error) {
	if b.ctx.Err() != nil {
		return 0, context.Cause(b.ctx)
	}
	return b.Reader.Read(p)
}

// knownDigest reports whether digest can be checked.
func knownDigest(digest string) bool {
	algorithm, sum, ok := strings.Cut(digest, ":")
	return ok && sum != "" && digests[algorithm] != nil
}

// finish takes note that every byte is held. A file whose catalogue gives a
// digest is complete once it was checked; any other gets one of our own, to be
// verified by later. d.mu is held.
func (d *Download) finish() {
	d.flips = 0
	check := knownDigest(d.digest) && d.sum == ""
	if !check {
		d.done()
	}
	if d.sum == "" && !d.summing {
		drops := d.drops
		d.summing = d.store.spawn(func() { d.seal(check, drops) })
	}
}

// seal makes the digest of a file that is held whole, and compares it with the
// catalogue's if there is one. When the store closes it is left to a later one.
func (d *Download) seal(check bool, drops uint64) {
	d.mu.Lock()
	size, want, own := d.version.Size, d.digest, d.tally
	d.mu.Unlock()
	var sum string
	f, err := d.data(drops)
	if err == nil {
		if sum = want; check {
			err = checkDigest(bounded{d.store.ctx, io.NewSectionReader(f, 0, size)}, want)
		} else {
			err = pour(&own, bounded{d.store.ctx, io.NewSectionReader(f, own.end, size-own.end)})
			sum = own.String()
		}
		f.unref()
	}
	if check && errors.Is(err, ErrDigest) {
		d.spoiled(drops, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.summing = false
	switch {
	case d.drops != drops && d.allHeld():
		d.finish() // another version, which had to wait for this
	case d.drops == drops && err == nil:
		d.sum = sum
		d.touched()
		d.done()
	case d.drops == drops && check && !errors.Is(err, ErrClosed):
		d.fail(err) // it cannot be said to be complete
	}
	d.announce()
}

// done says that the file is complete, whatever failed before. d.mu is held.
func (d *Download) done() {
	d.err = nil
	_ = d.happen(evDone) // never refused
}

// spoiled drops a file that is not what its digest says.
func (d *Download) spoiled(drops uint64, err error) {
	d.disk.Lock()
	defer d.disk.Unlock()
	d.mu.Lock()
	if d.drops != drops {
		d.mu.Unlock()
		return
	}
	d.change(unknownVersion, nil)
	d.fail(err)
	d.mu.Unlock()
	if err := d.unlink(); err != nil {
		d.store.log.Warn("cannot drop a spoiled file", "key", d.key, "err", err)
	}
}
