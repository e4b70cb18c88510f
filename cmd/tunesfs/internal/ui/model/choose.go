package model

import (
	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/draw"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/panes"
)

// A Chooser asks which of several mounts to show.
type Chooser struct {
	items  []string
	Chosen int // the one that was chosen, or -1
	width  int
	panes.Scroll
}

// NewChooser returns a chooser among items.
func NewChooser(items []string) *Chooser { return &Chooser{items: items, Chosen: -1} }

// Init implements tea.Model.
func (c *Chooser) Init() tea.Cmd { return nil }

// Update implements tea.Model.
func (c *Chooser) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		c.width = msg.Width
		c.Height = max(msg.Height-2, 1)
		c.Set(c.Cursor, len(c.items))
	case tea.MouseClickMsg:
		if i := c.Top + msg.Y - 1; msg.Y >= 1 && i < len(c.items) && i < c.Top+c.Height {
			c.Chosen = i
			return c, tea.Quit
		}
	case tea.KeyPressMsg:
		switch msg.String() {
		case "up", "k":
			c.Set(c.Cursor-1, len(c.items))
		case "down", "j":
			c.Set(c.Cursor+1, len(c.items))
		case "enter":
			c.Chosen = c.Cursor
			return c, tea.Quit
		case "q", "esc", "ctrl+c":
			return c, tea.Quit
		}
	}
	return c, nil
}

// View implements tea.Model.
func (c *Chooser) View() tea.View {
	v := tea.NewView(draw.Choice("Which mount?", c.items[c.Top:c.End(len(c.items))], c.Cursor-c.Top, c.width))
	v.AltScreen, v.MouseMode = true, tea.MouseModeCellMotion
	return v
}
