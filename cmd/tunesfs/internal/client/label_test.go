package client

import (
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
)

// A download is starting until its first byte is there.
func TestLabel(t *testing.T) {
	if got := (fetch.Status{Size: Unknown}).Progress(); got != NothingYet {
		t.Fatalf("the store says %q", got)
	}
	for _, tt := range []struct {
		state      fetch.State
		held, size int64
		want       string
	}{
		{fetch.Downloading, 0, Unknown, "starting"},
		{fetch.Downloading, 0, 1_200_000, "starting"},
		{fetch.Downloading, 1, 1_200_000, "0.0% of 1.2 MB"},
		{fetch.Downloading, 504_000, 1_200_000, "42.0% of 1.2 MB"},
		{fetch.Downloading, 0, 0, "100.0% of Zero KB"},
		{fetch.Downloading, 1_000_000, Unknown, "1 MB of unknown size"},
		{fetch.Queued, 0, Unknown, ""},
		{fetch.Queued, 0, 1_200_000, "0.0% of 1.2 MB"},
		{fetch.Paused, 0, Unknown, NothingYet},
		{fetch.Paused, 0, 1_200_000, "0.0% of 1.2 MB"},
	} {
		progress := fetch.Status{Held: tt.held, Size: tt.size}.Progress()
		d := Download{State: tt.state.String(), Held: tt.held, Size: tt.size, Progress: progress}
		if got := d.Label(); got != tt.want {
			t.Errorf("%s, %d of %d: %q, want %q", d.State, tt.held, tt.size, got, tt.want)
		}
	}
}
