package bytesize

import "testing"

func TestFormat(t *testing.T) {
	for n, want := range map[int64]string{
		-1: "Zero KB", 0: "Zero KB", 1: "1 byte", 2: "2 bytes", 999: "999 bytes",
		1000: "1 KB", 1024: "1 KB", 11999: "12 KB", 999_999: "1000 KB",
		1_000_000: "1 MB", 5_500_000: "5.5 MB", 12_345_678: "12.3 MB", 123_456_789: "123.5 MB",
		1_000_000_000: "1 GB", 1_234_567_898: "1.23 GB", 1_200_000_000: "1.2 GB",
		2_000_000_000_000: "2 TB", 9_223_372_036_854_775_807: "9.22 EB", 100_000: "100 KB",
	} {
		if got := Format(n); got != want {
			t.Errorf("Format(%d) = %q, want %q", n, got, want)
		}
	}
}
