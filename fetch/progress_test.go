package fetch

import (
	"strings"
	"testing"
)

func TestFormatSize(t *testing.T) {
	for n, want := range map[int64]string{
		-1: "Zero KB", 0: "Zero KB", 1: "1 byte", 2: "2 bytes", 999: "999 bytes",
		1000: "1 KB", 1024: "1 KB", 11999: "12 KB", 999_999: "1000 KB",
		1_000_000: "1 MB", 5_500_000: "5.5 MB", 12_345_678: "12.3 MB", 123_456_789: "123.5 MB",
		1_000_000_000: "1 GB", 1_234_567_898: "1.23 GB", 1_200_000_000: "1.2 GB",
		2_000_000_000_000: "2 TB", 9_223_372_036_854_775_807: "9.22 EB", 100_000: "100 KB",
	} {
		if got := FormatSize(n); got != want {
			t.Errorf("FormatSize(%d) = %q, want %q", n, got, want)
		}
	}
}

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
