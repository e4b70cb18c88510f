package model

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
)

// All details of a row can be read in the smallest terminal: the keys that scroll the list
// scroll the details that hide it, and other keys are for the row.
func TestDetailsScroll(t *testing.T) {
	for _, width := range []int{40, 120} {
		b := newBench(t, width, 15).list("a.mp3", "b.mp3")
		facts := idleFacts([]string{"a.mp3"})
		for _, name := range []string{"genre", "year", "label", "number", "composer", "format"} {
			facts[0].More = append(facts[0].More, client.Fact{Name: name, Value: "x"})
		}
		b.send(effect.FactsRead{Facts: facts}).press("home", "i")
		keys := []string{"down", "J", "pgdown"}
		if width == 120 {
			keys = []string{"J", "J", "J", "J", "J", "J", "J", "J", "J", "J", "J", "J"}
		}
		if strings.Contains(b.checked(), "/home/me/Music/a.mp3") {
			t.Fatalf("%d cells: nothing is to scroll", width)
		}
		b.press(keys...)
		if frame := b.checked(); !strings.Contains(frame, "/home/me/Music/a.mp3") || b.catalog.Cursor != 0 {
			t.Errorf("%d cells, the cursor on row %d:\n%s", width, b.catalog.Cursor, frame)
		}
		b.send(tea.MouseWheelMsg{X: width - 2, Y: 5, Button: tea.MouseWheelUp})
		if frame := b.checked(); strings.Contains(frame, "/home/me/Music/a.mp3") {
			t.Errorf("%d cells: the wheel does not scroll\n%s", width, frame)
		}
		b.press("d").wants(effect.Control{Paths: []string{"a.mp3"}, Verb: tracks.Start})
	}
}

// All of the help and of long messages can be read on a narrow screen, and what is below is
// said to be there.
func TestNarrow(t *testing.T) {
	words := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	b := newBench(t, 40, 15).list("a.mp3").press("?")
	read := ""
	for range 200 {
		frame := b.checked()
		lines := strings.Split(frame, "\n")
		read += lines[3] + " " // the first of the help
		more := strings.Contains(frame, "↓")
		if b.press("down"); !more {
			break
		}
	}
	for _, k := range helpKeys()[:8] {
		if !strings.Contains(words(read), words(k.Help)) {
			t.Errorf("the help does not show %q, but\n%s", k.Help, read)
		}
	}
	b = newBench(t, 40, 15).list("a.mp3").press("i")
	if frame := b.checked(); !strings.Contains(frame, "more line") || !strings.Contains(frame, "↑ ↓ scroll  i back") {
		t.Errorf("details show\n%s", frame)
	}
	b.press("i").send(effect.Happened{Events: []client.Event{{Kind: client.Gone, Err: client.ErrGone}}})
	if frame := b.checked(); !strings.Contains(words(frame), "Mount it again at the same place, or press q.") {
		t.Errorf("a warning shows\n%s", frame)
	}
}

// Details and the message line say nothing that is not known.
func TestDetailsPlain(t *testing.T) {
	b := newBench(t, 80, 30).list("abba/", "a.mp3")
	b.send(effect.FactsRead{Facts: []client.Facts{{Path: "abba", Folder: true, State: tracks.Empty, Size: -1, Held: -1},
		{Path: "a.mp3", ID: "a", State: tracks.Idle, Progress: "Zero KB of unknown size", Size: -1}}})
	b.press("home")
	if frame := b.checked(); strings.Contains(frame, "empty") {
		t.Errorf("a folder that was not opened shows\n%s", frame)
	}
	if frame := b.press("i").checked(); strings.Contains(frame, "empty") {
		t.Errorf("its details show\n%s", frame)
	}
	if frame := b.press("i", "down", "i").checked(); strings.Contains(frame, "Zero") {
		t.Errorf("the details of an idle track show\n%s", frame)
	}
}

// Every key but those that scroll ends the help.
func TestHelpEnds(t *testing.T) {
	for _, key := range []string{"q", "esc", "?", "x"} {
		b := newBench(t, 80, 15).list("a.mp3").press("?", "down", "space")
		if b.overlay.kind != helpOverlay || b.overlay.top == 0 {
			t.Error("it does not scroll")
		}
		if b.press(key).wants(); b.overlay.kind != noOverlay {
			t.Errorf("%s does not end it", key)
		}
	}
}
