package cells

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// hostile are names that a catalog may give.
var hostile = []string{
	"", "a", "Für Elise", "東京の夜は更けて", "🎵🎵🎵", "e\u0301e\u0301e\u0301", "שלום עולם", "مرحبا بالعالم",
	"\x1b[2J\x1b]0;title\x07", "gpj\u202eexe", "tab\tline\n\r", "raw \xff\x9b", "👩\u200d👩\u200d👧", "🇩🇪🇯🇵", "❤\ufe0f",
	strings.Repeat("long ", 60), strings.Repeat("東", 300), strings.Repeat("e\u0301", 5000), "\u0301\u0301",
}

// Every text fills exactly the cells that it is given, however the terminal counts them,
// and nothing in it acts.
func TestExact(t *testing.T) {
	defer UseClusters(false)
	for i, text := range slices.Concat(hostile, hostile) {
		UseClusters(i < len(hostile))
		for width := range 50 {
			for name, got := range map[string]string{"left": Left(text, width), "right": Right(text, width)} {
				if Width(got) != width {
					t.Errorf("%s: %q in %d cells is %q, which takes %d", name, text, width, got, Width(got))
				}
				if strings.ContainsAny(got, "\x1b\n\r\t\x07\u202e\u200d") {
					t.Errorf("%s: %q is shown as %q", name, text, got)
				}
			}
			for name, got := range map[string]string{"cut": Cut(text, width), "cut left": CutLeft(text, width)} {
				if Width(got) > width {
					t.Errorf("%s: %q in %d cells is %q, which takes %d", name, text, width, got, Width(got))
				}
			}
			for _, line := range Wrap(text, width, 3) {
				if Width(line) > width && width > 1 { // a wide character does not fit into one cell
					t.Errorf("wrap: %q in %d cells has %q", text, width, line)
				}
			}
		}
	}
}

// A terminal that counts clusters needs two cells for a flag, and others one for each of
// its letters, or two.
func TestClusters(t *testing.T) {
	defer UseClusters(false)
	const names = "🇩🇪 👍🏽 ❤\ufe0f"
	for use, want := range map[bool]int{true: 8, false: ansi.StringWidthWc(names)} {
		if UseClusters(use); Width(names) != want || Width(Cut(names+"xx", want)) > want {
			t.Errorf("clusters %v: it takes %d cells, want %d", use, Width(names), want)
		}
	}
	if ansi.StringWidthWc(names) == 8 {
		t.Error("the counts do not differ")
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		text        string
		width       int
		cut, behind string
	}{
		{"Für Elise", 9, "Für Elise", "Für Elise"},
		{"Für Elise", 5, "Für …", "…lise"},
		{"東京の夜", 5, "東京…", "…の夜"},
		{"東京の夜", 4, "東…", "…夜"},
		{"abc", 1, "…", "…"},
		{"abc", 0, "", ""},
		{"a\nb", 20, `a\u000ab`, `a\u000ab`},
	} {
		if got := Cut(c.text, c.width); got != c.cut {
			t.Errorf("the beginning of %q in %d cells is %q, want %q", c.text, c.width, got, c.cut)
		}
		if got := CutLeft(c.text, c.width); got != c.behind {
			t.Errorf("the end of %q in %d cells is %q, want %q", c.text, c.width, got, c.behind)
		}
	}
}

// Only 1 fills a bar, and everything above 0 shows.
func TestBar(t *testing.T) {
	for _, c := range []struct {
		part  float64
		width int
		want  string
	}{
		{0, 4, "░░░░"}, {0.001, 4, "█░░░"}, {0.5, 4, "██░░"}, {0.999, 4, "███░"}, {1, 4, "████"},
		{2, 2, "██"}, {-1, 2, "░░"}, {0.5, 0, ""}, {0.5, 1, "█"},
	} {
		if got := Bar(c.part, c.width); got != c.want {
			t.Errorf("%v in %d cells is %q, want %q", c.part, c.width, got, c.want)
		}
	}
}

func TestWrap(t *testing.T) {
	got := Wrap("one two three four", 9, 2)
	if len(got) != 2 || got[0] != "one two" || got[1] != "three…" {
		t.Errorf("wrapped to %q", got)
	}
}
