package fetchtest

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
)

// Content is the bytes of one version of a file. ReadAt may be called by many
// at once.
type Content interface {
	io.ReaderAt
	Size() int64
}

// Bytes returns the content that b holds. The caller must not change b.
func Bytes(b []byte) Content { return bytes.NewReader(b) }

// The bytes of Random are the exclusive or of two tables of noise whose lengths
// are coprime, so they repeat only after the product of both: 64 GiB. It costs
// one vector instruction for some bytes, and tables that stay in the cache.
const (
	periodA = 1<<18 - 5
	periodB = 1<<18 + 3
)

var noise = sync.OnceValue(func() (n struct{ a, b []byte }) {
	source := rand.NewChaCha8([32]byte([]byte("fetchtest: noise for any content")))
	n.a, n.b = make([]byte, periodA), make([]byte, periodB)
	_, _ = source.Read(n.a) // never fails
	_, _ = source.Read(n.b)
	return n
})

type random struct{ start, size int64 }

// Random returns size bytes of noise that seed decides, stored nowhere. No few
// bytes of it (8 and more) occur twice, in it or under another seed at the same
// offset, so that anything misplaced is noticed.
func Random(seed uint64, size int64) Content {
	start := rand.New(rand.NewPCG(seed, 1)).Int64N(periodA * periodB)
	return random{start, size}
}

func (r random) Size() int64 { return r.size }

func (r random) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fmt.Errorf("fetchtest: offset %d is negative", off)
	}
	n := int(max(0, min(int64(len(p)), r.size-off)))
	for done := 0; done < n; {
		pos := r.start + off + int64(done)
		a, b := noise().a[pos%periodA:], noise().b[pos%periodB:]
		m := min(n-done, len(a), len(b))
		subtle.XORBytes(p[done:n], a[:m], b[:m])
		done += m
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// spliced is head up to at, and tail from there on.
type spliced struct {
	head, tail Content
	at         int64
}

func (s spliced) Size() int64 { return s.head.Size() }

func (s spliced) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.head.ReadAt(p, off)
	if skip := max(0, s.at-off); skip < int64(n) {
		err := readFull(s.tail, p[skip:n], off+skip)
		return n, err
	}
	return n, err
}

// Check compares got with the bytes of want from offset off on. The error says
// where the first difference is and, if it can be told, where the bytes that
// stand there belong.
func Check(want Content, off int64, got []byte) error {
	if over := off + int64(len(got)) - want.Size(); over > 0 {
		return fmt.Errorf("fetchtest: %d bytes at %d are %d too many: the content has %d", len(got), off, over, want.Size())
	}
	buf := make([]byte, 64<<10)
	for done := 0; done < len(got); {
		n := min(len(buf), len(got)-done)
		if err := readFull(want, buf[:n], off+int64(done)); err != nil {
			return err
		}
		if part := got[done : done+n]; !bytes.Equal(part, buf[:n]) {
			i := done + mismatch(part, buf[:n])
			return fmt.Errorf("fetchtest: wrong byte at %d: %s", off+int64(i), origin(want, got[i:]))
		}
		done += n
	}
	return nil
}

// CheckReader compares everything that r gives with the whole of want.
func CheckReader(want Content, r io.Reader) error {
	buf := make([]byte, 1<<20)
	for off := int64(0); ; {
		n, err := io.ReadFull(r, buf)
		if wrong := Check(want, off, buf[:n]); wrong != nil {
			return wrong
		}
		off += int64(n)
		switch {
		case err == nil:
		case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
			return err
		case off != want.Size():
			return fmt.Errorf("fetchtest: ended after %d bytes of %d", off, want.Size())
		default:
			return nil
		}
	}
}

func mismatch(a, b []byte) int {
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return len(a)
}

// origin describes bytes that are not where they belong.
func origin(c Content, got []byte) string {
	got = got[:min(len(got), 32)]
	if len(bytes.Trim(got, "\x00")) == 0 {
		return "zeros, as of a hole"
	}
	const window, limit = 1 << 20, 1 << 30
	buf := make([]byte, window+len(got))
	for off := int64(0); off < min(c.Size(), limit) && len(got) >= 8; off += window {
		n, _ := c.ReadAt(buf, off)
		if i := bytes.Index(buf[:n], got); i >= 0 {
			return fmt.Sprintf("it belongs to %d", off+int64(i))
		}
	}
	return fmt.Sprintf("% x... is nowhere in the content", got)
}

// readFull is ReadAt without the io.EOF that may come with the last bytes.
func readFull(c Content, p []byte, off int64) error {
	n, err := c.ReadAt(p, off)
	if n == len(p) {
		return nil
	}
	return err
}
