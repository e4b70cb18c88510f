package model

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/draw"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
)

// clickOn clicks where a text stands on the screen.
func (b *bench) clickOn(text string) *bench {
	b.t.Helper()
	for y, line := range strings.Split(draw.Frame(b.picture()), "\n") {
		if before, _, ok := strings.Cut(ansi.Strip(line), text); ok {
			return b.send(tea.MouseClickMsg{X: ansi.StringWidth(before), Y: y, Button: tea.MouseLeft})
		}
	}
	b.t.Fatalf("%q is not on the screen", text)
	return b
}

func TestMouse(t *testing.T) {
	b := newBench(t, 120, 24).knowRoots("abba", "queen").list("a.mp3", "b.mp3", "folder/")
	b.clickOn("  b  ").wants()
	if b.catalog.Cursor != 1 {
		t.Errorf("the cursor is on row %d", b.catalog.Cursor)
	}
	b.time = b.time.Add(time.Second)
	b.clickOn("  b  ").wants() // too late for a second click
	b.clickOn("  b  ").wants(effect.Play{Number: 1, Files: []string{"b.mp3"}, Resume: false})
	b.clickOn("d download").wants(effect.Control{Paths: []string{"b.mp3"}, Verb: tracks.Start})
	b.clickOn("queen").wants(effect.ListFolder{Number: b.catalog.requests, Folder: "queen"})
	b.clickOn("[Catalog]").wants()
	if b.screen != catalogScreen {
		t.Error("a click on the screen that shows changes it")
	}
	b.clickOn("Search:").wants()
	if b.field.editing != editQuery {
		t.Error("a click on the search field does not begin a query")
	}
	b.write("abba").clickOn("abba").wants()
	if b.field.Value() != "abba" {
		t.Errorf("a click while typing leaves %q", b.field.Value())
	}
	for range 2 {
		b.clickOn("Downloads").wants()
		if b.screen != downloadsScreen || b.field.editing != editNothing {
			t.Error("a click on a screen does not show it")
		}
	}
}

// A Row that help or details hide takes no clicks.
func TestClickHidden(t *testing.T) {
	for _, key := range []string{"i", "?"} {
		b := newBench(t, 80, 24).list("a.mp3", "b.mp3", "c.mp3").press("home", key)
		for range 2 {
			b.send(tea.MouseClickMsg{X: 10, Y: 4, Button: tea.MouseLeft}).wants()
		}
		if b.catalog.Cursor != 0 {
			t.Errorf("%s: the cursor is on row %d", key, b.catalog.Cursor)
		}
	}
}

func TestWheel(t *testing.T) {
	var names []string
	for i := range 100 {
		names = append(names, "track "+strings.Repeat("x", i)+".mp3")
	}
	b := newBench(t, 80, 24).list(names...)
	b.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	if s := b.catalog.Scroll; s.Top != wheelRows || s.Cursor != wheelRows {
		t.Errorf("%+v", s)
	}
	for range 100 {
		b.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	}
	if s := b.catalog.Scroll; s.Top != 100-b.catalog.Height || s.Cursor < s.Top {
		t.Errorf("%+v", s)
	}
	for range 100 {
		b.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	}
	if s := b.catalog.Scroll; s.Top != 0 || s.Cursor >= b.catalog.Height {
		t.Errorf("%+v", s)
	}
}
