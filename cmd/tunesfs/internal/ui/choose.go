package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/draw"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/panes"
)

// A chooser asks which of several mounts to show.
type chooser struct {
	items  []string
	chosen int // -1 for none
	width  int
	panes.Scroll
}

// Choose asks the user for one of items, and returns which it is, or -1 if none.
func Choose(ctx context.Context, items []string, opt Options) (int, error) {
	c := &chooser{items: items, chosen: -1}
	if err := runProgram(ctx, newProgram(c, opt), opt.In, nil); err != nil {
		return -1, err
	}
	return c.chosen, nil
}

// Init implements tea.Model.
func (c *chooser) Init() tea.Cmd { return nil }

// Update implements tea.Model.
func (c *chooser) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		c.width = msg.Width
		c.Height = max(msg.Height-2, 1)
		c.Set(c.Cursor, len(c.items))
	case tea.MouseClickMsg:
		if i := c.Top + msg.Y - 1; msg.Y >= 1 && i < len(c.items) && i < c.Top+c.Height {
			c.chosen = i
			return c, tea.Quit
		}
	case tea.KeyPressMsg:
		switch msg.String() {
		case "up", "k":
			c.Set(c.Cursor-1, len(c.items))
		case "down", "j":
			c.Set(c.Cursor+1, len(c.items))
		case "enter":
			c.chosen = c.Cursor
			return c, tea.Quit
		case "q", "esc", "ctrl+c":
			return c, tea.Quit
		}
	}
	return c, nil
}

// View implements tea.Model.
func (c *chooser) View() tea.View {
	v := tea.NewView(draw.Choice("Which mount?", c.items[c.Top:c.End(len(c.items))], c.Cursor-c.Top, c.width))
	v.AltScreen, v.MouseMode = true, tea.MouseModeCellMotion
	return v
}
