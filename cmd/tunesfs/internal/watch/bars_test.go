package watch

import (
	"strings"
	"testing"
)

func TestBar(t *testing.T) {
	tests := []struct {
		held, size int64
		want       string
	}{
		{0, 0, "##########"},
		{0, 100, ".........."},
		{9, 100, ".........."},
		{10, 100, "#........."},
		{99, 100, "#########."},
		{100, 100, "##########"},
		{120, 100, "##########"},
		{50, -1, ".........."},
		{-5, 100, ".........."},
	}
	for _, tt := range tests {
		if got := bar(tt.held, tt.size, 10); got != tt.want {
			t.Errorf("bar(%d, %d) = %s, want %s", tt.held, tt.size, got, tt.want)
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
		{Path: "abba/Waterloo.m4a", State: "downloading", Held: 42, Size: 100, Progress: "42.0% of 100 bytes"},
		{Path: "abba/SOS.m4a", State: "paused", Held: 42, Size: 100, Progress: "42.0% of 100 bytes", Waiting: "mpd (12), cmus (99)"},
		{Path: "abba/x.m4a", State: "failed", Size: -1, Progress: "Zero KB of unknown size", Error: "no route"},
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

// What tells one path from another is its end; why it failed has room, too.
func TestBarsOnATerminal(t *testing.T) {
	list := []download{
		{Path: "/home/me/music/abba/Waterloo.m4a", State: "paused", Held: 42, Size: 100, Progress: "42.0% of 100 bytes"},
		{Path: "/home/me/music/abba/x.m4a", State: "failed", Size: -1, Progress: "Zero KB of unknown size", Error: "no route to the host"},
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

func TestFit(t *testing.T) {
	for _, tt := range []struct {
		picture string
		rows    int
		want    string
	}{
		{"", 5, ""}, {"a\nb\nc\n", 0, "a\nb\nc\n"}, {"a\nb\nc\n", 4, "a\nb\nc\n"},
		{"a\nb\nc\n", 3, "a\n… and 2 more\n"}, {"a\nb\nc\n", 1, "… and 3 more\n"},
	} {
		if got := string(fit([]byte(tt.picture), tt.rows)); got != tt.want {
			t.Errorf("fit(%q, %d) = %q, want %q", tt.picture, tt.rows, got, tt.want)
		}
	}
}

func TestCut(t *testing.T) {
	tests := []struct {
		in    string
		width int
		want  string
	}{{"abc", 0, "abc"}, {"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"äöüß", 3, "äö…"}, {"ab", 1, "…"}}
	for _, tt := range tests {
		if got := cut(tt.in, tt.width); got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
}
