// Package digest owns how digests of files are made and checked: those of the
// catalog, and our own for files without one. It is pure but for the reader that
// the caller gives it.
//
// It must never know a download or a path. Open digest.go first, at Check;
// running.go has the digest of bytes that arrive in order.
package digest

import (
	"context"
	"crypto/md5"  //nolint:gosec // what catalogs publish; it guards against damage, not against forgery
	"crypto/sha1" //nolint:gosec // likewise
	"encoding/hex"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"strings"
	"sync"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

const bufferLen = 256 << 10

var buffers = sync.Pool{New: func() any { return new([bufferLen]byte) }}

var digests = map[string]func() hash.Hash{
	"md5":  md5.New,
	"sha1": sha1.New,
	Own:    func() hash.Hash { return crc32.New(castagnoli) },
}

// Check reads r to its end and fails with fault.ErrDigest unless it has the
// digest, which is an algorithm, a colon and lower-case hex.
func Check(r io.Reader, digest string) error {
	algorithm, want, _ := strings.Cut(digest, ":")
	got, err := Of(r, algorithm)
	if err != nil {
		return err
	}
	if got != algorithm+":"+strings.ToLower(want) {
		return fmt.Errorf("%w: %s, should be %s", fault.ErrDigest, got, digest)
	}
	return nil
}

// Of returns the digest of what r holds up to its end, as an algorithm ("md5",
// "sha1" or Own), a colon and lower-case hex.
func Of(r io.Reader, algorithm string) (string, error) {
	make, ok := digests[algorithm]
	if !ok {
		return "", fmt.Errorf("%w: unknown algorithm %q", fault.ErrDigest, algorithm)
	}
	h := make()
	if err := Pour(h, r); err != nil {
		return "", err
	}
	return algorithm + ":" + hex.EncodeToString(h.Sum(nil)), nil
}

// A Comparison takes in the bytes of a file in order, and compares them with a digest.
type Comparison struct {
	hash.Hash
	algorithm, want string
}

// NewComparison returns a comparison with a digest that is Known.
func NewComparison(digest string) *Comparison {
	algorithm, want, _ := strings.Cut(digest, ":")
	return &Comparison{digests[algorithm](), algorithm, strings.ToLower(want)}
}

// Err returns fault.ErrDigest unless the bytes so far have the digest.
func (c *Comparison) Err() error {
	if got := hex.EncodeToString(c.Sum(nil)); got != c.want {
		return fmt.Errorf("%w: %s:%s, should be %s", fault.ErrDigest, c.algorithm, got, c.want)
	}
	return nil
}

// Pour writes r, a file of the cache, to a hash up to the end of r. A failure of r
// is fault.ErrDisk.
func Pour(to io.Writer, r io.Reader) error {
	chunk := buffers.Get().(*[bufferLen]byte)
	defer buffers.Put(chunk)
	if _, err := io.CopyBuffer(to, r, chunk[:]); err != nil {
		return fault.Disk(err)
	}
	return nil
}

// A Bounded reader fails with the cause of its context once that has ended.
type Bounded struct {
	Ctx context.Context
	io.Reader
}

// Read implements io.Reader.
func (b Bounded) Read(p []byte) (int, error) {
	if b.Ctx.Err() != nil {
		return 0, context.Cause(b.Ctx)
	}
	return b.Reader.Read(p)
}

// Known reports whether digest can be checked.
func Known(digest string) bool {
	algorithm, sum, ok := strings.Cut(digest, ":")
	return ok && sum != "" && digests[algorithm] != nil
}
