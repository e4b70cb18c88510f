package watch

import (
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

func TestBar(t *testing.T) {
	tests := []struct {
		held, size int64
		want       int // how much of it is filled
	}{
		{0, 0, 20}, {0, 100, 0}, {1, 100, 1}, {9, 100, 1}, {10, 100, 2}, {99, 100, 19},
		{100, 100, 20}, {120, 100, 20}, {50, -1, 0}, {-5, 100, 0},
	}
	for _, tt := range tests {
		if got := bar(tt.held, tt.size); got != strings.Repeat("#", tt.want)+strings.Repeat(".", barWidth-tt.want) {
			t.Errorf("bar(%d, %d) = %s, want %d", tt.held, tt.size, got, tt.want)
		}
	}
}

func FuzzBar(f *testing.F) {
	f.Add(int64(1), int64(3))
	f.Add(int64(-1), int64(-1))
	f.Add(int64(1<<62-1), int64(1<<62))
	f.Fuzz(func(t *testing.T, held, size int64) {
		got := bar(held, size)
		if len(got) != barWidth {
			t.Fatalf("bar(%d, %d) = %q", held, size, got)
		}
		if full := !strings.Contains(got, "."); full && (size < 0 || held < size) {
			t.Fatalf("bar(%d, %d) is full", held, size)
		}
	})
}

func TestWriteBars(t *testing.T) {
	list := []download{
		{Download: client.Download{Path: "abba/Waterloo.m4a", State: "downloading", Held: 42, Size: 100, Progress: "42.0% of 100 bytes"}},
		{Download: client.Download{Path: "abba/SOS.m4a", State: "paused", Held: 42, Size: 100, Progress: "42.0% of 100 bytes", Waiting: "mpd (12), cmus (99)"}},
		{Download: client.Download{Path: "abba/x.m4a", State: "failed", Size: -1, Progress: "Zero KB of unknown size", Error: "no route"}},
	}
	var out strings.Builder
	if err := writeBars(&out, list, 0); err != nil {
		t.Fatal(err)
	}
	want := `[########............] 42.0% of 100 bytes      downloading abba/Waterloo.m4a
[########............] 42.0% of 100 bytes      paused      abba/SOS.m4a (waiting: mpd (12), cmus (99))
[....................] Zero KB of unknown size failed      abba/x.m4a (no route)
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

// Before its first byte a download is starting, whether its size is known or not.
func TestBarsOfStart(t *testing.T) {
	list := []download{
		{Download: client.Download{Path: "a.m4a", State: "downloading", Size: -1, Progress: client.NothingYet}},
		{Download: client.Download{Path: "b.m4a", State: "downloading", Size: 100, Progress: "0.0% of 100 bytes"}},
		{Download: client.Download{Path: "c.m4a", State: "queued", Size: -1, Progress: client.NothingYet}},
	}
	var out strings.Builder
	if err := writeBars(&out, list, 0); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); strings.Count(got, " starting ") != 2 || strings.Contains(got, "Zero KB") {
		t.Errorf("got\n%s", got)
	}
}

// What tells one path from another is its end; why it failed has room, too.
func TestBarsOnATerminal(t *testing.T) {
	list := []download{
		{Download: client.Download{Path: "/home/me/music/abba/Waterloo.m4a", State: "paused", Held: 42, Size: 100, Progress: "42.0% of 100 bytes"}},
		{Download: client.Download{Path: "/home/me/music/abba/x.m4a", State: "failed", Size: -1, Progress: "Zero KB of unknown size", Error: "no route to the host"}},
	}
	var out strings.Builder
	if err := writeBars(&out, list, 80); err != nil {
		t.Fatal(err)
	}
	want := `[########............] 42.0% of 100 bytes      paused      …ic/abba/Waterloo.m4a
[....................] Zero KB of unknown size failed      …bba/x.m4a (no route…
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}
