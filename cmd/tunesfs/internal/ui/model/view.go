package model

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/draw"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/panes"
)

// View draws the screen.
func (m *Model) View() tea.View {
	p := m.picture()
	v := tea.NewView(draw.Frame(p))
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = cells.Cut("tunesfs "+m.mount.source, 80)
	if at := m.field.Cursor(); p.Input != nil && at != nil {
		at.X += cells.Width(p.Label())
		at.Y = m.layout().Field
		v.Cursor = at
	}
	return v
}

// picture returns all that shows now.
func (m *Model) picture() *draw.Picture {
	p := &draw.Picture{
		Width: m.width, Height: m.height, Now: m.now(), Source: m.mount.source, Dir: m.mount.dir,
		Downloads: m.screen == downloadsScreen, Within: m.tracks.Folder(), Total: m.tracks.Total(),
		Folder: m.catalog.picture(), Roots: m.catalog.roots, Root: m.catalog.rootIndex(),
		List:    m.drawnList(),
		Overlay: draw.Overlay{Details: m.overlay.kind == detailsOverlay, Top: m.overlay.top},
		Footer:  draw.Footer{Keys: m.hints(), Warning: m.mount.warning(), Message: m.message.text, Wrong: m.message.wrong},
	}
	if m.overlay.kind == helpOverlay {
		p.Overlay.Help = helpKeys()
	}
	if m.ask != nil {
		p.Footer.Question = m.ask.text
	}
	if m.field.editing != editNothing {
		p.Input = &draw.Input{Filter: m.field.editing == editFilter}
		p.Input.Text = m.field.draw(m.width - cells.Width(p.Label()))
	}
	return p
}

// drawnList returns the rows that show.
func (m *Model) drawnList() draw.List {
	p := m.pane()
	list := draw.List{Rows: make([]draw.Row, 0, p.Height), Count: p.Count(), Marked: len(p.Marks)}
	for i := p.Top; i < p.End(p.Count()); i++ {
		r := p.Row(i)
		drawn := draw.Row{Path: r.Path, Name: r.Name, Status: r.Status(m.tracks), Cursor: i == p.Cursor}
		if r.Path != "" {
			drawn.Marked, drawn.Playing, drawn.Doing = p.Marks[r.Path], m.player.plays(r.Path), doing[m.commands.pending[r.Path]]
		}
		list.Rows = append(list.Rows, drawn)
	}
	if r, ok := p.Current(); ok {
		list.Current = &draw.Row{Path: r.Path, Name: r.Name, Status: r.Status(m.tracks)}
	}
	return list
}

// hints returns the keys that do something now.
func (m *Model) hints() (keys []draw.Key) {
	details := m.overlay.kind == detailsOverlay && m.covers()
	if details {
		keys = append(keys, draw.Key{Press: "pgdown", Name: "↑ ↓", Text: "scroll"}, draw.Key{Press: "i", Name: "i", Text: "back"})
	}
	for _, b := range bindings() {
		switch {
		case b.hint == "" || m.needsMount(b) || details && b.keys[0] == "i":
		case (b.applies == nil || b.applies(m)) && (b.changes == nil || b.changes(m)):
			keys = append(keys, b.drawn())
		}
	}
	return keys
}

func helpKeys() (keys []draw.Key) {
	for _, b := range bindings() {
		keys = append(keys, b.drawn())
	}
	return keys
}

// drawn returns a key as it is drawn.
func (b binding) drawn() draw.Key {
	return draw.Key{Press: b.keys[0], Name: cmp.Or(b.name, b.keys[0]), Text: b.hint, Help: b.help}
}

// layout divides the screen.
func (m *Model) layout() draw.Layout {
	return draw.LayoutOf(m.width, m.height, m.overlay.kind == detailsOverlay)
}

// picture returns the folder as it is drawn.
func (c *catalog) picture() draw.Folder {
	f := draw.Folder{
		Path: c.folder, Title: c.title, Filter: c.Filter, Entries: len(c.Entries), Loading: c.loading,
		Began: c.began, Err: c.err,
	}
	if c.Sort != panes.ByCatalog {
		f.Order = c.Sort.String()
	}
	if c.search != nil {
		f.Query = c.search.query
	}
	return f
}
