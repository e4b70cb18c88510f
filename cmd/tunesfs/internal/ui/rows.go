package ui

import (
	"path"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
)

// A row is a track or a folder that can be shown.
type row struct {
	path   string
	name   string
	folder bool
	id     string // of a download
}

// count returns how many rows the screen has.
func (m *Model) count() int {
	if m.screen == transfers {
		return len(m.downloads.rows)
	}
	return len(m.list.shown)
}

// rowAt returns a row of the screen.
func (m *Model) rowAt(i int) row {
	if m.screen == transfers {
		d := m.downloads.rows[i]
		name := path.Base(d.Path)
		if d.Path == "" {
			name = d.ID
		}
		return row{path: d.Path, name: name, id: d.ID}
	}
	return entryRow(m.list.entries[m.list.shown[i]])
}

func entryRow(e client.Entry) row { return row{path: e.Path, name: e.Name, folder: e.Folder} }

// place returns the scroll and the marks of the screen.
func (m *Model) place() (*scroll, map[string]bool) {
	if m.screen == transfers {
		return &m.transfers.scroll, m.transfers.marks
	}
	return &m.list.scroll, m.list.marks
}

// current returns the row with the cursor.
func (m *Model) current() (row, bool) {
	s, _ := m.place()
	if s.cursor >= m.count() {
		return row{}, false
	}
	return m.rowAt(s.cursor), true
}

// visible returns the rows that show now.
func (m *Model) visible() []row {
	s, _ := m.place()
	var rows []row
	for i := s.top; i < s.end(m.count(), m.rowsHeight()); i++ {
		rows = append(rows, m.rowAt(i))
	}
	return rows
}

// moveTo puts the cursor on a row.
func (m *Model) moveTo(i int) {
	s, _ := m.place()
	s.moveTo(i, m.count(), m.rowsHeight())
	m.overlayTop = 0
	if m.screen == browse {
		m.list.want = ""
	}
}

// fit shows the cursors after the screen or a list has changed.
func (m *Model) fit() {
	height := m.rowsHeight()
	m.list.fit(len(m.list.shown), height)
	m.transfers.fit(len(m.downloads.rows), height)
}

// readVisible asks for the facts of the rows that show, one question at a time: rows that
// are scrolled past are not read. When those are read it asks for lost downloads.
func (m *Model) readVisible() []effect.Effect {
	if m.reading || m.health != client.Alive {
		return nil
	}
	var all string
	if r, ok := m.current(); ok && m.overlay == detailsOverlay {
		all = r.path
	}
	var paths []string
	for _, r := range m.visible() {
		if r.path == "" {
			continue
		}
		if k := m.facts.get(r.path); k == nil || k.age == expired || r.path == all && !k.all && k.err == nil {
			paths = append(paths, r.path)
		}
	}
	if len(paths) == 0 {
		paths = m.downloads.lostPaths()
	}
	if len(paths) == 0 {
		return nil
	}
	m.reading = true
	return []effect.Effect{effect.ReadFacts{Paths: paths, All: all, Changes: m.downloads.changes}}
}

// agingVisible reports whether a row that shows waits for the next tick.
func (m *Model) agingVisible() bool {
	for _, r := range m.visible() {
		if k := m.facts.get(r.path); k != nil && k.age == aging {
			return true
		}
	}
	return false
}

// learn takes in facts.
func (m *Model) learn(msg effect.FactsRead) {
	m.reading = false
	for _, f := range msg.Facts {
		m.facts.put(f, f.Path == msg.All)
		if f.ID != "" {
			m.downloads.reconcile(f, msg.Changes)
		}
	}
	for path, err := range msg.Failed {
		m.facts.fail(path, err)
		m.downloads.drop(path)
	}
	m.settle()
}

// A scroll is a place in a list: the row with the cursor, and the first that shows.
type scroll struct{ cursor, top int }

// moveTo puts the cursor on a row of count, and shows it in height lines.
func (s *scroll) moveTo(row, count, height int) {
	s.cursor = max(min(row, count-1), 0)
	s.top = max(min(s.top, s.cursor), s.cursor-height+1)
	s.top = max(min(s.top, count-height), 0)
}

// fit shows the cursor after the list or the screen has changed.
func (s *scroll) fit(count, height int) { s.moveTo(s.cursor, count, height) }

// wheel moves the list below the cursor, which stays on the screen.
func (s *scroll) wheel(by, count, height int) {
	s.top = max(min(s.top+by, count-height), 0)
	s.cursor = max(min(s.cursor, s.top+height-1, count-1), s.top, 0)
}

// end returns the row behind the last that shows.
func (s *scroll) end(count, height int) int { return min(s.top+height, count) }
