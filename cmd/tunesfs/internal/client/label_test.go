package client

import "testing"

// A download is starting until its first byte is there.
func TestLabel(t *testing.T) {
	for _, tt := range []struct {
		state, progress string
		held, size      int64
		want            string
	}{
		{"downloading", NothingYet, 0, Unknown, "starting"},
		{"downloading", "0.0% of 1.2 MB", 0, 1_200_000, "starting"},
		{"downloading", "0.0% of 1.2 MB", 1, 1_200_000, "0.0% of 1.2 MB"},
		{"downloading", "42.0% of 1.2 MB", 504_000, 1_200_000, "42.0% of 1.2 MB"},
		{"downloading", "100.0% of Zero KB", 0, 0, "100.0% of Zero KB"},
		{"downloading", "1 MB of unknown size", 1_000_000, Unknown, "1 MB of unknown size"},
		{"queued", NothingYet, 0, Unknown, ""},
		{"queued", "0.0% of 1.2 MB", 0, 1_200_000, "0.0% of 1.2 MB"},
		{"paused", NothingYet, 0, Unknown, NothingYet},
		{"paused", "0.0% of 1.2 MB", 0, 1_200_000, "0.0% of 1.2 MB"},
	} {
		d := Download{State: tt.state, Held: tt.held, Size: tt.size, Progress: tt.progress}
		if got := d.Label(); got != tt.want {
			t.Errorf("%s, %d of %d: %q, want %q", d.State, tt.held, tt.size, got, tt.want)
		}
	}
}
