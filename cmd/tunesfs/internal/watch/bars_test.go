package watch

import (
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
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
		if got := bar(tt.held, tt.size, barWidth); got != strings.Repeat("#", tt.want)+strings.Repeat(".", barWidth-tt.want) {
			t.Errorf("bar(%d, %d) = %s, want %d", tt.held, tt.size, got, tt.want)
		}
	}
}

func FuzzBar(f *testing.F) {
	f.Add(int64(1), int64(3))
	f.Add(int64(-1), int64(-1))
	f.Add(int64(1<<62-1), int64(1<<62))
	f.Fuzz(func(t *testing.T, held, size int64) {
		got := bar(held, size, barWidth)
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

// On a narrow terminal bars shrink and go before a name is cut, and the folders of a path
// before the bar goes; why a download failed has room, too.
func TestBarsOnATerminal(t *testing.T) {
	const folder = "/home/me/music/beethoven/"
	joy := download{Download: client.Download{Path: folder + "Ludwig van Beethoven - Ode to Joy.wav", State: "downloading", Held: 42, Size: 100, Progress: "42.0% of 1.2 MB"}}
	short := download{Download: client.Download{Path: folder + "SOS.m4a", State: "paused", Held: 42, Size: 100, Progress: "42.0% of 1.2 MB"}}
	broken := download{Download: client.Download{Path: folder + "x.m4a", State: "failed", Size: -1, Progress: "Zero KB of unknown size", Error: "no route to the host"}}
	wide := download{Download: client.Download{Path: folder + "群青日和.m4a", State: "queued", Size: -1, Progress: "Zero KB of unknown size"}}
	for _, tt := range []struct {
		width int
		list  []download
		want  string
	}{
		{40, []download{short, broken, wide}, `
42.0%    paused      …/beethoven/SOS.m4a
Zero KB  failed      …/x.m4a (no route …
         queued      …hoven/群青日和.m4a
`},
		{60, []download{short, broken, wide}, `
42.0%    paused      /home/me/music/beethoven/SOS.m4a
Zero KB  failed      …beethoven/x.m4a (no route to the host)
         queued      /home/me/music/beethoven/群青日和.m4a
`},
		{80, []download{short, broken, wide}, `
[##...] 42.0% of 1.2 MB         paused      /home/me/music/beethoven/SOS.m4a
[.....] Zero KB of unknown size failed      …thoven/x.m4a (no route to the host)
[.....]                         queued      …ome/me/music/beethoven/群青日和.m4a
`},
		{120, []download{short, broken, wide}, `
[########............] 42.0% of 1.2 MB         paused      /home/me/music/beethoven/SOS.m4a
[....................] Zero KB of unknown size failed      /home/me/music/beethoven/x.m4a (no route to the host)
[....................]                         queued      /home/me/music/beethoven/群青日和.m4a
`},
		{40, []download{joy}, "\n42.0%    downloading …n - Ode to Joy.wav\n"},
		{60, []download{joy}, "\n42.0%    downloading …/Ludwig van Beethoven - Ode to Joy.wav\n"},
		{80, []download{joy, short}, `
42.0% of 1.2 MB         downloading …hoven/Ludwig van Beethoven - Ode to Joy.wav
42.0% of 1.2 MB         paused      /home/me/music/beethoven/SOS.m4a
`},
		{120, []download{joy, short}, `
[#######............] 42.0% of 1.2 MB         downloading /home/me/music/beethoven/Ludwig van Beethoven - Ode to Joy.wav
[#######............] 42.0% of 1.2 MB         paused      /home/me/music/beethoven/SOS.m4a
`},
		{60, []download{short}, "\n[##...] 42.0% of 1.2 MB         paused      …ethoven/SOS.m4a\n"},
	} {
		var out strings.Builder
		if err := writeBars(&out, tt.list, tt.width); err != nil {
			t.Fatal(err)
		}
		if got := "\n" + out.String(); got != tt.want {
			t.Errorf("%d columns: got%swant%s", tt.width, got, tt.want)
		}
	}
}

// However narrow a terminal is, no line is wider than that.
func TestBarsFit(t *testing.T) {
	for _, path := range []string{"x", "a folder/群青日和.m4a", "群青日和", strings.Repeat("long ", 30)} {
		d := download{Download: client.Download{Path: path, State: "failed", Size: -1, Progress: "Zero KB of unknown size", Error: "no route"}}
		for width := 1; width < 150; width++ {
			var out strings.Builder
			if err := writeBars(&out, []download{d}, width); err != nil {
				t.Fatal(err)
			}
			if line := strings.TrimSuffix(out.String(), "\n"); cells.Width(line) > width {
				t.Errorf("%d columns: %q", width, line)
			}
		}
	}
}
