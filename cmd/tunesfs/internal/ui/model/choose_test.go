package model

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
)

// The user chooses by keys or by a click, or nothing.
func TestChooser(t *testing.T) {
	for _, c := range []struct {
		name string
		msgs []tea.Msg
		want int
	}{
		{"the first", []tea.Msg{tea.KeyPressMsg{Code: tea.KeyEnter}}, 0},
		{"the last", []tea.Msg{tea.KeyPressMsg{Code: tea.KeyDown}, tea.KeyPressMsg{Code: tea.KeyDown}, tea.KeyPressMsg{Code: tea.KeyDown},
			tea.KeyPressMsg{Code: tea.KeyEnter}}, 2},
		{"by a click", []tea.Msg{tea.MouseClickMsg{Y: 2, Button: tea.MouseLeft}}, 1},
		{"none", []tea.Msg{tea.KeyPressMsg{Code: 'q', Text: "q"}}, -1},
	} {
		chooser := NewChooser([]string{"demo:  /a/long/path/to/a/folder/that/differs at its end", "itunes:  /b\x1b[2J", "archive:  /c"})
		chooser.Update(tea.WindowSizeMsg{Width: 30, Height: 8})
		var cmd tea.Cmd
		for _, msg := range c.msgs {
			_, cmd = chooser.Update(msg)
		}
		if chooser.Chosen != c.want || cmd == nil {
			t.Errorf("%s: %d is chosen", c.name, chooser.Chosen)
		}
		if !strings.Contains(chooser.View().Content, "differs at its end") {
			t.Errorf("%s: the end of a path is cut: %q", c.name, chooser.View().Content)
		}
		for line := range strings.SplitSeq(chooser.View().Content, "\n") {
			if line = ansi.Strip(line); cells.Width(line) != 30 || strings.Contains(line, "\x1b") {
				t.Errorf("%s: a line is %q", c.name, line)
			}
		}
	}
}
