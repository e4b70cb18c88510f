package fetchtest_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

func read(t testing.TB, c fetchtest.Content, off int64, n int) []byte {
	t.Helper()
	p := make([]byte, n)
	if got, err := c.ReadAt(p, off); got != n || err != nil && err != io.EOF {
		t.Fatalf("read of %d at %d: %d, %v", n, off, got, err)
	}
	return p
}

func TestRandomIsOneSequence(t *testing.T) {
	c := fetchtest.Random(1, 1_000_003)
	whole := read(t, c, 0, 1_000_003)
	if err := iotest.TestReader(io.NewSectionReader(c, 0, c.Size()), whole); err != nil {
		t.Error(err)
	}
	for off := int64(0); off < c.Size()-5000; off += 4999 {
		if !bytes.Equal(read(t, c, off, 5000), whole[off:off+5000]) {
			t.Fatalf("other bytes at %d when read from there", off)
		}
	}
	if !bytes.Equal(whole, read(t, fetchtest.Random(1, c.Size()), 0, len(whole))) {
		t.Error("the same seed, other bytes")
	}
}

func TestRandomNoticesWhatIsMisplaced(t *testing.T) {
	const large = 60 << 30
	c, other := fetchtest.Random(1, large), fetchtest.Random(2, large)
	seen := map[string]int64{}
	// The lengths of the tables, powers of two, and the far end.
	for _, base := range []int64{0, 1<<18 - 5, 1<<18 + 3, 1 << 20, 1 << 30, 1 << 32, large - 1<<20} {
		for off := base; off < base+64*512; off += 512 {
			for _, c := range []fetchtest.Content{c, other} {
				key := string(read(t, c, off, 8))
				if at, ok := seen[key]; ok {
					t.Fatalf("the bytes at %d are those at %d", off, at)
				}
				seen[key] = off
			}
		}
	}
}

func TestCheck(t *testing.T) {
	c := fetchtest.Random(1, 1<<20)
	right := func() []byte { return read(t, c, 1000, 200_000) }
	if err := fetchtest.Check(c, 1000, right()); err != nil {
		t.Error(err)
	}
	for want, spoil := range map[string]func(p []byte) []byte{
		"wrong byte at 151000: it belongs to 1000": func(p []byte) []byte { copy(p[150_000:], p[:4096]); return p },
		"wrong byte at 3000: zeros":                func(p []byte) []byte { clear(p[2000:6096]); return p },
		"wrong byte at 200999":                     func(p []byte) []byte { p[len(p)-1] ^= 1; return p },
		"1 too many":                               func([]byte) []byte { return make([]byte, 1<<20-999) },
	} {
		if err := fetchtest.Check(c, 1000, spoil(right())); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestCheckReader(t *testing.T) {
	c := fetchtest.Random(1, 3<<20)
	for want, r := range map[string]io.Reader{
		"":                        io.NewSectionReader(c, 0, 3<<20),
		"ended after 5 bytes of":  io.NewSectionReader(c, 0, 5),
		"wrong byte at 0":         io.NewSectionReader(c, 1, 3<<20),
		"timeout":                 iotest.TimeoutReader(io.NewSectionReader(c, 0, 3<<20)),
		"7 too many: the content": io.MultiReader(io.NewSectionReader(c, 0, 3<<20), strings.NewReader("surplus")),
	} {
		err := fetchtest.CheckReader(c, r)
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func BenchmarkRandom(b *testing.B) {
	c, p := fetchtest.Random(1, 1<<40), make([]byte, 128<<10)
	b.SetBytes(int64(len(p)))
	for i := 0; b.Loop(); i++ {
		_, _ = c.ReadAt(p, int64(i)*int64(len(p)))
	}
}
