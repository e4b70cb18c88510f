package model

import (
	"errors"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// A bench is a model under test, with a clock that stands still.
type bench struct {
	*Model
	t       *testing.T
	time    time.Time
	effects []effect.Effect // of the last message
}

func newBench(t *testing.T, width, height int) *bench {
	b := &bench{t: t, time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	b.Model = New(Options{Dir: "/home/me/Music", Source: "demo:", Now: func() time.Time { return b.time }})
	b.Start()
	b.send(tea.WindowSizeMsg{Width: width, Height: height})
	return b
}

func (b *bench) send(msg tea.Msg) *bench {
	b.effects = b.Update(msg)
	return b
}

var specialKeys = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
	"right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace,
}

// press presses keys.
func (b *bench) press(keys ...string) *bench {
	b.t.Helper()
	for _, key := range keys {
		switch code, ok := specialKeys[key]; {
		case ok:
			b.send(tea.KeyPressMsg{Code: code})
		case key == "space":
			b.send(tea.KeyPressMsg{Code: tea.KeySpace, Text: " "})
		default:
			b.send(tea.KeyPressMsg{Code: []rune(key)[0], Text: key})
		}
	}
	return b
}

// write types a text.
func (b *bench) write(text string) *bench {
	for _, r := range text {
		b.press(string(r))
	}
	return b
}

// wants checks the effects of the last message.
func (b *bench) wants(want ...effect.Effect) {
	b.t.Helper()
	if b.waitsForRows() { // each second
		b.effects = slices.DeleteFunc(b.effects, func(e effect.Effect) bool { return e == effect.Wake{After: tick} })
	}
	if len(want) == 0 && len(b.effects) == 0 {
		return
	}
	if !reflect.DeepEqual(b.effects, want) {
		b.t.Errorf("asks for %+v, want %+v", b.effects, want)
	}
}

// list lists tracks of these names, and gives all their facts.
func (b *bench) list(names ...string) *bench {
	entries := make([]client.Entry, len(names))
	for i, name := range names {
		path, folder := strings.CutSuffix(name, "/")
		entries[i] = client.Entry{Name: name, Path: path, Folder: folder}
		if strings.HasPrefix(path, b.catalog.folder+"/") || folder {
			entries[i].Name = words.Base(path)
		}
	}
	b.send(effect.Listed{Number: b.catalog.number, Batch: entries}).answer()
	b.send(effect.ListingEnded{Number: b.catalog.number, Err: nil}).answer()
	return b.send(effect.Woken{}).answer()
}

// answer gives the facts that are asked for: a path without a download is idle.
func (b *bench) answer() *bench {
	for len(b.effects) > 0 {
		read, ok := b.effects[0].(effect.ReadFacts)
		if !ok {
			break
		}
		facts := idleFacts(read.Paths)
		for i, f := range facts {
			if s := b.tracks.Status(f.Path, "", false); !s.Seen.IsZero() { // a download
				facts[i].State, facts[i].Held, facts[i].Progress = s.State, s.Held, s.Progress
			}
		}
		b.send(effect.FactsRead{Facts: facts, All: read.All, Changes: read.Changes})
	}
	return b
}

func idleFacts(paths []string) (facts []client.Facts) {
	for _, p := range paths {
		title := strings.TrimSuffix(words.Base(p), path.Ext(p))
		artist := "Artist"
		if before, rest, ok := strings.Cut(title, " - "); ok {
			artist, title = before, rest
		}
		facts = append(facts, client.Facts{Path: p, State: tracks.Idle, Size: 1_200_000, Held: 0, Length: 215 * time.Second,
			Title: title, Artist: artist, ID: "id-" + p})
	}
	return facts
}

// track returns a download of a path.
func track(path, state string, held int64) client.Download {
	return client.Download{ID: "id-" + path, Path: path, State: state, Size: 1_200_000, Held: held, Rate: client.Unknown,
		Progress: fmt.Sprintf("%.1f%% of 1.2 MB", float64(held)/12_000)}
}

func (b *bench) news(list ...client.Download) *bench {
	return b.send(effect.Happened{Events: []client.Event{{Kind: client.Changed, Downloads: list}}})
}

// Only rows that show are read, one question at a time, however far the user scrolls.
func TestReadsVisible(t *testing.T) {
	b := newBench(t, 80, 24)
	names := make([]string, 10_000)
	for i := range names {
		names[i] = fmt.Sprintf("track %05d.mp3", i)
	}
	entries := make([]client.Entry, len(names))
	for i, name := range names {
		entries[i] = client.Entry{Name: name, Path: name}
	}
	b.send(effect.Listed{Number: b.catalog.number, Batch: entries})
	first, ok := b.effects[0].(effect.ReadFacts)
	if !ok || len(first.Paths) != b.catalog.Height || first.Paths[0] != names[0] {
		t.Fatalf("asks for %+v", b.effects)
	}
	for range 50 {
		b.press("pgdown")
		b.wants() // while the first question is open
	}
	b.send(effect.FactsRead{Facts: idleFacts(first.Paths)})
	second := b.effects[0].(effect.ReadFacts)
	if len(second.Paths) != b.catalog.Height || second.Paths[0] != names[b.catalog.Top] {
		t.Errorf("asks for %+v", second)
	}
	b.send(effect.FactsRead{Facts: idleFacts(second.Paths)})
	b.wants()
}

// A path that is not there is not asked for again.
func TestReadFails(t *testing.T) {
	b := newBench(t, 80, 24)
	b.send(effect.Listed{Number: b.catalog.number, Batch: []client.Entry{{Name: "a", Path: "a"}}})
	b.send(effect.FactsRead{Failed: map[string]error{"a": client.ErrNotFound}})
	b.wants()
	b.press("down").wants()
}

// Facts that failed for another reason are asked for again at the next tick.
func TestReadFailsOnce(t *testing.T) {
	b := newBench(t, 80, 24)
	b.send(effect.Listed{Number: b.catalog.number, Batch: []client.Entry{{Name: "a", Path: "a"}}})
	b.send(effect.Woken{}).send(effect.FactsRead{Failed: map[string]error{"a": client.ErrHung}}).wants(effect.Wake{After: tick})
	b.send(effect.Woken{}).wants(effect.ReadFacts{Paths: []string{"a"}, All: "", Changes: 0})
	b.answer()
	b.wants()
}

// While nothing moves there is no tick.
func TestTicks(t *testing.T) {
	b := newBench(t, 80, 24).list("a.mp3")
	b.wants()
	b.news(track("a.mp3", tracks.Downloading, 1)).wants(effect.Wake{After: tick})
	b.news(track("a.mp3", tracks.Downloading, 2)).wants()
	b.send(effect.Woken{}).wants(effect.Wake{After: tick})
	b.news(track("a.mp3", tracks.Paused, 2)).wants()
	b.send(effect.Woken{}).wants()
}

// The sums of a folder are read again at the next tick, not at each change.
func TestFolderSums(t *testing.T) {
	b := newBench(t, 80, 24).list("abba/")
	b.news(track("abba/a.mp3", tracks.Downloading, 1)).wants(effect.Wake{After: tick})
	b.news(track("abba/a.mp3", tracks.Downloading, 2)).wants()
	b.send(effect.Woken{}).wants(effect.ReadFacts{Paths: []string{"abba"}, All: "", Changes: 2}, effect.Wake{After: tick})
}

// A mount that hangs or goes is shown as such, and all is read again when it comes back.
func TestHealth(t *testing.T) {
	b := newBench(t, 80, 24).list("a.mp3")
	b.send(effect.Happened{Events: []client.Event{{Kind: client.Hung, Err: client.ErrHung}}}).wants()
	if b.mount.warning() == "" {
		t.Error("a mount that hangs is not shown as such")
	}
	b.press("d").wants(effect.Control{Paths: []string{"a.mp3"}, Verb: tracks.Start})
	moving := track("b.mp3", tracks.Downloading, 5)
	moving.Rate = 466_000
	b.news(moving)
	b.send(effect.Happened{Events: []client.Event{{Kind: client.Gone, Err: client.ErrGone}}}).wants()
	if frame := b.checked(); strings.Contains(frame, "466 KB/s") || b.tracks.Total().Rate != 0 {
		t.Errorf("a mount that is gone is fast:\n%s", frame)
	}
	for _, h := range b.hints() {
		if !strings.Contains("tab i ? q", h.Press) {
			t.Errorf("the footer offers %s while the mount is gone", h.Text)
		}
	}
	for _, key := range []string{"d", "D", "P", "enter", "/", "space", "v"} {
		b.press(key).wants()
	}
	b.send(tea.MouseClickMsg{X: 10, Y: 1, Button: tea.MouseLeft}).wants()
	if b.field.editing != editNothing || len(b.catalog.Marks) > 0 {
		t.Error("a mount that is gone takes queries or marks")
	}
	if b.mount.warning() == "" {
		t.Error("a mount that is gone is not shown as such")
	}
	b.send(effect.Happened{Events: []client.Event{{Kind: client.Alive}}}).wants(effect.ListRoots{Number: b.catalog.requests}, effect.ReadFacts{Paths: []string{"a.mp3"}, All: "", Changes: 1}, effect.Wake{After: tick})
	if b.mount.warning() != "" {
		t.Errorf("still says %s", b.mount.warning())
	}
}

// A mount that cannot be followed is shown with why, on one line.
func TestUnfollowed(t *testing.T) {
	b := newBench(t, 80, 24).list("a.mp3")
	b.send(effect.Happened{Events: []client.Event{{Kind: client.Unfollowed, Err: errors.New("a fault\nin a line")}}})
	if frame := b.checked(); !strings.Contains(frame, "! a fault") {
		t.Errorf("it shows\n%s", frame)
	}
}

// All attributes are read of the row whose details show, and of no other one.
func TestReadsDetails(t *testing.T) {
	b := newBench(t, 80, 24).list("a.mp3", "b.mp3")
	b.press("i").wants(effect.ReadFacts{Paths: []string{"a.mp3"}, All: "a.mp3", Changes: 0})
	b.answer()
	b.press("i").wants()
	b.press("down").wants()
	b.press("i").wants(effect.ReadFacts{Paths: []string{"b.mp3"}, All: "b.mp3", Changes: 0})
	b.send(effect.FactsRead{Failed: map[string]error{"b.mp3": client.ErrNotFound}}).wants()
}

// Facts that were read before a change do not undo it.
func TestOldFacts(t *testing.T) {
	b := newBench(t, 80, 24)
	b.send(effect.Listed{Number: b.catalog.number, Batch: []client.Entry{{Name: "a", Path: "a"}}})
	read := b.effects[0].(effect.ReadFacts)
	b.news(track("a", tracks.Downloading, 5))
	b.send(effect.FactsRead{Facts: idleFacts(read.Paths), Changes: read.Changes})
	if s := b.pane().Row(0).Status(b.tracks); s.State != tracks.Downloading {
		t.Errorf("it is shown as %s", s.State)
	}
	b.send(effect.FactsRead{Facts: idleFacts(read.Paths), Changes: 1})
	if s := b.pane().Row(0).Status(b.tracks); s.State != tracks.Idle || b.tracks.Total().Downloading != 0 {
		t.Errorf("it is shown as %s", s.State)
	}
}

func TestQuit(t *testing.T) {
	newBench(t, 80, 24).press("q").wants(effect.Quit{})
	newBench(t, 80, 24).press("/").send(tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}).wants(effect.Quit{})
}
