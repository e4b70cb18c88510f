package fetch

import (
	"strings"
	"testing"
)

func TestProgress(t *testing.T) {
	for _, c := range []struct {
		held, size int64
		want       string
	}{
		{504_000, 1_200_000, "42.0% of 1.2 MB"},
		{0, 1_200_000, "0.0% of 1.2 MB"},
		{1_199_999, 1_200_000, "99.9% of 1.2 MB"},
		{1_200_000, 1_200_000, "100.0% of 1.2 MB"},
		{0, 0, "100.0% of Zero KB"},
		{3_100_000, -1, "3.1 MB of unknown size"},
	} {
		if got := (Status{Held: c.held, Size: c.size}).Progress(); got != c.want {
			t.Errorf("%d of %d: %q, want %q", c.held, c.size, got, c.want)
		}
	}
}

func FuzzProgress(f *testing.F) {
	f.Add(int64(999), int64(1000))
	f.Add(int64(1)<<62, int64(1)<<62+1)
	f.Fuzz(func(t *testing.T, held, size int64) {
		if held < 0 || size < held {
			t.Skip()
		}
		text := Status{Held: held, Size: size}.Progress()
		if strings.HasPrefix(text, "100.0%") != (held == size) {
			t.Errorf("%d of %d: %q", held, size, text)
		}
	})
}
