package ui

import (
	"cmp"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/draw"
)

// view draws the screen.
func (m *Model) view() tea.View {
	s := m.picture()
	v := tea.NewView(draw.Frame(s))
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = cells.Cut("tunesfs "+m.source, 80)
	if at := m.input.Cursor(); s.Input != nil && at != nil {
		at.X += cells.Width(s.Label())
		at.Y = m.layout().Field
		v.Cursor = at
	}
	return v
}

// picture returns all that shows now.
func (m *Model) picture() *draw.Screen {
	s := &draw.Screen{
		Width: m.width, Height: m.height, Now: m.now(), Source: m.source, Dir: m.dir,
		Downloads: m.screen == transfers, Total: m.tracks.Total(),
		Folder: m.catalog.picture(), Roots: m.catalog.roots, Root: m.catalog.rootIndex(),
		List:    m.drawnList(),
		Overlay: draw.Overlay{Details: m.overlay == detailsOverlay, Top: m.overlayTop},
		Footer:  draw.Footer{Keys: m.hints(), Warning: m.warning(), Message: m.message, Wrong: m.wrong},
	}
	if m.overlay == helpOverlay {
		s.Overlay.Help = helpKeys()
	}
	if m.ask != nil {
		s.Footer.Question = m.ask.text
	}
	if m.editing != editNothing {
		s.Input = &draw.Input{Filter: m.editing == editFilter}
		m.input.SetWidth(max(m.width-cells.Width(s.Label())-1, 1))
		s.Input.Text = ansi.Strip(m.input.View())
	}
	return s
}

// drawnList returns the rows that show.
func (m *Model) drawnList() draw.List {
	p := m.pane()
	list := draw.List{Count: p.count(), Marked: len(p.marks)}
	for i := p.top; i < p.end(p.count()); i++ {
		r := p.row(i)
		drawn := draw.Row{Path: r.path, Name: r.name, Status: m.statusOf(r), Cursor: i == p.cursor}
		if r.path != "" {
			drawn.Marked, drawn.Doing = p.marks[r.path], doing[m.pending[r.path]]
			drawn.Playing = m.player.number != 0 && m.player.path == r.path
		}
		list.Rows = append(list.Rows, drawn)
	}
	if r, ok := p.current(); ok {
		list.Current = &draw.Row{Path: r.path, Name: r.name, Status: m.statusOf(r)}
	}
	return list
}

// hints returns the keys that do something now.
func (m *Model) hints() (keys []draw.Key) {
	for _, b := range bindings() {
		if b.hint != "" && (b.applies == nil || b.applies(m)) && (b.changes == nil || b.changes(m)) {
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
	return draw.Key{Press: b.keys[0], Name: cmp.Or(b.name, b.keys[0]), Hint: b.hint, Help: b.help}
}

// layout divides the screen.
func (m *Model) layout() draw.Layout {
	return draw.LayoutOf(m.width, m.height, m.overlay == detailsOverlay)
}

// picture returns the folder as it is drawn.
func (c *catalog) picture() draw.Folder {
	f := draw.Folder{
		Path: c.folder, Title: c.title, Filter: c.filter, Entries: len(c.entries), Loading: c.loading, Err: c.err,
	}
	if c.sort != byCatalog {
		f.Order = c.sort.String()
	}
	if c.search != nil {
		f.Query = c.search.query
	}
	return f
}
