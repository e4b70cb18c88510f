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
	"\x1b[2J\x1b]0;title\x07", "gpj\u202eexe", "tab\tline\n\r", "raw \xff\x9b", "👩\u200d👩\u200d👧", "a\u200db\ufe0f", "🇩🇪🇯🇵", "❤\ufe0f",
	strings.Repeat("long ", 60), strings.Repeat("東", 300), strings.Repeat("e\u0301", 5000), "\u0301\u0301",
}

// Every text fills exactly the cells that it is given, however the terminal counts them,
// and nothing in it acts.
func TestExact(t *testing.T) {
	defer UseClusters(false)
	for i, text := range slices.Concat(hostile, hostile) {
		UseClusters(i < len(hostile))
		for width := range 50 {
			joined := strings.Contains(text, "👩")
			for name, got := range map[string]string{"left": Left(text, width), "right": Right(text, width)} {
				if Width(got) != width {
					t.Errorf("%s: %q in %d cells is %q, which takes %d", name, text, width, got, Width(got))
				}
				if strings.ContainsAny(got, "\x1b\n\r\t\x07\u202e") || strings.Contains(got, "\u200d") && !joined {
					t.Errorf("%s: %q is shown as %q", name, text, got)
				}
			}
			for name, got := range map[string]string{"cut": Cut(text, width), "cut left": CutLeft(text, width)} {
				if Width(got) > width {
					t.Errorf("%s: %q in %d cells is %q, which takes %d", name, text, width, got, Width(got))
				}
			}
			for _, line := range Wrap(text, width, 3) {
				if Width(line) > width && width >= 6 { // a family does not fit into fewer cells
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

// A joined emoji shows as it is, and is cut as a whole.
func TestJoined(t *testing.T) {
	defer UseClusters(false)
	UseClusters(true)
	const family = "👩\u200d👩\u200d👧"
	for width, want := range map[int]string{0: "", 1: "…", 2: "…", 3: family + "…", 4: family + "ab"} {
		if got := Cut(family+"ab", width); got != want {
			t.Errorf("in %d cells it is %q, want %q", width, got, want)
		}
	}
	if got := CutLeft("ab"+family, 3); got != "…"+family {
		t.Errorf("its end is %q", got)
	}
}

// Thousands of marks on a letter neither stand on it nor break the row.
func TestManyMarks(t *testing.T) {
	got := Left("e"+strings.Repeat("\u0301", 5000)+" end", 20)
	if n := strings.Count(got, "\u0301"); n > 10 || Width(got) != 20 {
		t.Errorf("%q has %d marks and takes %d cells", got, n, Width(got))
	}
}

// Behind a cluster that terminals count in more than one way the cursor is put where the
// frame has it; nothing else in a frame changes.
func TestAlign(t *testing.T) {
	const family = "👩\u200d👩\u200d👧"
	for frame, want := range map[string]string{
		"":                                "",
		"plain 東京 e\u0301 │ █░":           "plain 東京 e\u0301 │ █░",
		"\x1b[2;5H\x1b[7ma\x1b[0m":        "\x1b[2;5H\x1b[7ma\x1b[0m",
		"\x1b[7ma" + family + "b\x1b[0mc": "\x1b[7ma\x1b7      \x1b8" + family + "\x1b8\x1b[6Cb\x1b[0mc",
		"👍🏽":                              "\x1b7    \x1b8👍🏽\x1b8\x1b[4C",
		"\x1b]2;title " + family + "\x07": "\x1b]2;title " + family + "\x07",
		"cut \xf0\x9f":                    "cut \xf0\x9f",
	} {
		if got := string(Align([]byte(frame))); got != want {
			t.Errorf("%q becomes %q, want %q", frame, got, want)
		}
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
