package model

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/draw"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
)

var update = flag.Bool("update", false, "write the frames in testdata anew")

// styling is a sequence of the app's own: it changes colors and weight alone. Blinking is
// of the names of tests.
var styling = regexp.MustCompile(`\x1b\[(1|2|7|3[0-7]|;)*m`)

// checked returns the frame of a model. Each line must fill the screen, and nothing but
// styles may act on a terminal.
func (b *bench) checked() string {
	b.t.Helper()
	frame := draw.Frame(b.picture())
	if plain := styling.ReplaceAllString(frame, ""); strings.ContainsFunc(plain, acts) {
		b.t.Fatalf("%dx%d: something acts:\n%q", b.width, b.height, plain)
	}
	lines := strings.Split(frame, "\n")
	if len(lines) != b.height {
		b.t.Errorf("%dx%d: %d lines", b.width, b.height, len(lines))
	}
	for i, line := range lines {
		lines[i] = ansi.Strip(line)
		if cells.Width(lines[i]) != b.width {
			b.t.Errorf("%dx%d: line %d takes %d cells: %q", b.width, b.height, i, cells.Width(lines[i]), lines[i])
		}
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// acts reports whether a character does something on a terminal, or hides; a joiner of emoji
// does not.
func acts(r rune) bool {
	return r != '\n' && r != '\u200d' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == utf8.RuneError)
}

// screens are the frames that are compared, and how they come about.
var screens = []struct {
	name string
	do   func(*bench)
}{
	{"empty", func(b *bench) { b.knowRoots().list() }},
	{"roots", func(b *bench) {
		b.knowRoots("abba", "queen").list("abba/", "queen/")
		folder := client.Facts{Path: "abba", Folder: true, State: "2 idle, 1 downloading", Progress: "42.0% of 1.2 MB", Size: -1, Held: -1}
		b.send(effect.FactsRead{Facts: []client.Facts{folder}})
	}},
	{"typing", func(b *bench) { b.knowRoots("abba").list("abba/").press("/").write("東京 queen") }},
	{"searching", func(b *bench) { b.knowRoots("abba").press("/").write("queen").press("enter") }},
	{"refused", func(b *bench) {
		b.knowRoots("abba").press("/").write("...").press("enter")
		b.send(effect.SearchMade{Number: b.catalog.number, Folder: "", Made: false, Err: client.ErrBadQuery})
	}},
	{"tracks", func(b *bench) { b.showTracks() }},
	{"marked", func(b *bench) { b.showTracks().press("v", "v") }},
	{"asked", func(b *bench) { b.showTracks().press("a", "x") }},
	{"failed", func(b *bench) { b.showTracks().press("home", "down", "down", "down") }},
	{"help", func(b *bench) { b.showTracks().press("?") }},
	{"details", func(b *bench) { b.showTracks().press("home", "down", "down", "down", "i") }},
	{"transfers", func(b *bench) { b.showTracks().press("tab") }},
	{"nothing", func(b *bench) { b.press("tab") }},
	{"playing", func(b *bench) {
		b.showTracks().press("home", "enter").send(effect.Playing{Number: b.player.number, Path: b.player.path, Player: "mpv", Reports: true})
	}},
	{"hung", func(b *bench) {
		b.showTracks().send(effect.Happened{Events: []client.Event{{Kind: client.Hung, Err: client.ErrHung}}})
	}},
	{"gone", func(b *bench) {
		err := fmt.Errorf("%w: its process has ended; run 'tunesfs unmount /home/me/Music'", client.ErrGone)
		b.showTracks().send(effect.Happened{Events: []client.Event{{Kind: client.Gone, Err: err}}})
	}},
}

// showTracks shows a search with a track of each state.
func (b *bench) showTracks() *bench {
	b.knowRoots("abba", "ABBA live/", "queen")
	b.send(effect.SearchMade{Number: b.searching("abba"), Folder: "abba", Made: true, Err: nil})
	b.list("abba/ABBA - SOS.m4a", "abba/ABBA - Waterloo.m4a", "abba/ABBA - Fernando.m4a", "abba/ABBA - Chiquitita.m4a",
		"abba/ABBA - Dancing Queen.m4a", "abba/東京事変 - 群青日和.m4a", "abba/Live/")
	moving := track("abba/ABBA - SOS.m4a", tracks.Downloading, 504_000)
	moving.Rate = 120_000
	broken := track("abba/ABBA - Chiquitita.m4a", tracks.Failed, 12_000)
	broken.Error = "the server does not answer"
	b.news(moving, track("abba/ABBA - Waterloo.m4a", tracks.Paused, 800_000), track("abba/ABBA - Fernando.m4a", tracks.Queued, 0),
		broken, track("abba/ABBA - Dancing Queen.m4a", tracks.Complete, 1_200_000))
	return b.answer().press("home")
}

// Frames are as they were looked at, in three sizes.
func TestFrames(t *testing.T) {
	for _, size := range []struct{ width, height int }{{40, 15}, {80, 24}, {200, 30}} {
		for _, s := range screens {
			name := fmt.Sprintf("%s-%d", s.name, size.width)
			t.Run(name, func(t *testing.T) {
				b := newBench(t, size.width, size.height)
				s.do(b)
				got, file := b.checked(), filepath.Join("testdata", name+".golden")
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}

// From 66 columns on the row of a download says how fast it is and when it ends.
func TestSpeedShows(t *testing.T) {
	for width := 66; width < 200; width++ {
		b := newBench(t, width, 24).list("a.mp3", "b.mp3").press("end")
		d := track("a.mp3", tracks.Downloading, 504_000)
		for _, c := range []struct {
			rate int64
			want string
		}{{120_000, "42.0% of 1.2 MB *120 KB/s 0:05"}, {123_000_000, "42.0% of 1.2 MB *123 MB/s 0:01"}} {
			d.Rate = c.rate
			b.news(d)
			if frame := b.checked(); !regexp.MustCompile(c.want).MatchString(frame) {
				t.Fatalf("%d columns:\n%s", width, frame)
			}
		}
	}
}

// A bar shrinks and goes before a name is cut.
func TestBarBeforeName(t *testing.T) {
	for _, c := range []struct {
		width, name int // cells
		want        string
	}{
		{40, 17, `> {2}n{17} · Artist ↓ 42\.0%`},
		{40, 18, `> {2}n{18} · Arti… ↓ 42\.0%`},
		{60, 24, `> {2}n{24} · Artist ↓ █░ 42\.0% of 1\.2 MB`},
		{60, 27, `> {2}n{27} · Artist ↓ 42\.0% of 1\.2 MB`},
		{60, 28, `> {2}n{28} · Arti… ↓ 42\.0% of 1\.2 MB`},
		{80, 22, `> {2}n{22} · Artist ↓ ██░░░ 42\.0% of 1\.2 MB +120 KB/s 0:05 left`},
		{80, 24, `> {2}n{24} · Artist ↓ █░░ 42\.0% of 1\.2 MB +120 KB/s 0:05 left`},
		{80, 28, `> {2}n{28} · Artist ↓ 42\.0% of 1\.2 MB +120 KB/s 0:05 left`},
		{120, 28, `> {2}n{28} Artist +↓ ██░░░ 42\.0% of 1\.2 MB`},
		{120, 30, `> {2}n{30} Artist +↓ █░░ 42\.0% of 1\.2 MB`},
		{120, 34, `> {2}n{34} Artist +↓ 42\.0% of 1\.2 MB`},
	} {
		name := strings.Repeat("n", c.name) + ".mp3"
		b := newBench(t, c.width, 24).list(name)
		d := track(name, tracks.Downloading, 504_000)
		d.Rate = 120_000
		if frame := b.news(d).checked(); !regexp.MustCompile(c.want).MatchString(frame) {
			t.Errorf("%d columns: want %s in\n%.500s", c.width, c.want, frame)
		}
	}
}

// Before its first byte a download is starting, in every width and in the details. A folder
// of which neither a byte nor a size is known says how many are.
func TestStartShows(t *testing.T) {
	for width := 30; width < 200; width++ {
		for _, size := range []int64{client.Unknown, 1_200_000} {
			b := newBench(t, width, 24).list("a.mp3", "abba/").press("home", "i")
			d := track("a.mp3", tracks.Downloading, 0)
			if d.Size = size; size < 0 {
				d.Progress = client.NothingYet
			}
			b.news(d)
			folder := client.Facts{Path: "abba", Folder: true, State: "1 downloading", Progress: client.NothingYet, Size: -1, Held: -1}
			b.send(effect.FactsRead{Facts: []client.Facts{folder}})
			for range 2 {
				if frame := b.checked(); !strings.Contains(frame, "starting") || strings.Contains(frame, "unknown size") {
					t.Fatalf("%d columns:\n%s", width, frame)
				}
				b.press("i")
			}
		}
	}
}

// Every screen fills terminals of every size, and follows when one changes.
func TestSizes(t *testing.T) {
	for _, s := range screens {
		b := newBench(t, 80, 24)
		s.do(b)
		for width := 1; width < 210; width += 7 {
			for height := 1; height < 30; height += 3 {
				b.send(tea.WindowSizeMsg{Width: width, Height: height})
				b.checked()
				b.View()
			}
		}
	}
}

// Widths are those of the terminal: it says whether it counts grapheme clusters.
func TestWidths(t *testing.T) {
	defer cells.UseClusters(false)
	b := newBench(t, 80, 24)
	for value, clusters := range map[ansi.ModeSetting]bool{ansi.ModeReset: true, ansi.ModeSet: true, ansi.ModeNotRecognized: false} {
		b.send(tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: value})
		if got := cells.Width("👍🏽") == 2; got != clusters {
			t.Errorf("mode 2027 is %v: clusters %v", value, got)
		}
	}
}

// Names of any kind fill their cells, and nothing in them acts.
func TestHostileNames(t *testing.T) {
	names := []string{
		"\x1b[2J\x1b]0;title\x07.mp3", "\x1b[5mblinks\x1b[0m.mp3", "\x9b2J\u009b2J.mp3", "a\nb\tc\r.mp3", "gpj\u202eexe.mp3", "raw \xff\x9b31m.mp3", "שלום עולם.mp3", "مرحبا بالعالم.mp3",
		"👩\u200d👩\u200d👧 family.mp3", "🇩🇪🇯🇵🏳️‍🌈.mp3", "e\u0301e\u0301\u0301\u0301.mp3", strings.Repeat("long ", 60) + ".mp3",
		strings.Repeat("東", 100) + ".mp3", "\u0301.mp3", "\u2028\u2029.mp3", ".mp3", "-.mp3", "\u1100\u1161\u11a8.mp3",
	}
	for _, width := range []int{20, 40, 60, 80, 133, 200} {
		b := newBench(t, width, 30).list(names...)
		var list []client.Download
		for i, name := range names {
			d := track(name, states[i%len(states)], 500_000)
			d.Error, d.Waiting = name, name
			list = append(list, d)
		}
		b.news(list...).answer()
		for range names {
			for range 2 {
				b.checked()
				b.press("i")
			}
			b.press("down")
		}
	}
}

// Ten thousand rows scroll as fast as ten, marked or not.
func BenchmarkFrame(b *testing.B) {
	for _, n := range []int{10, 10_000, -10_000} {
		marked := n < 0
		n = max(n, -n)
		b.Run(fmt.Sprintf("%d marked %v", n, marked), func(b *testing.B) {
			m := New(Options{Dir: "/m", Source: "demo:", Now: time.Now})
			m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
			entries := make([]client.Entry, n)
			for i := range entries {
				entries[i] = entry(fmt.Sprintf("Artist - Track %d.mp3", i))
			}
			m.Update(effect.Listed{Number: m.catalog.number, Batch: entries})
			if marked {
				m.pane().MarkAll()
			}
			for b.Loop() {
				m.Update(tea.KeyPressMsg{Code: tea.KeyDown})
				m.View()
			}
		})
	}
}
