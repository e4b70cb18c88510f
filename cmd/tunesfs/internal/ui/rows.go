package ui

import (
	"path"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
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
		return len(m.tracks.Rows())
	}
	return len(m.list.shown)
}

// rowAt returns a row of the screen.
func (m *Model) rowAt(i int) row {
	if m.screen == transfers {
		d := m.tracks.Rows()[i]
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

// visible returns the paths of the rows that show now.
func (m *Model) visible() (paths []string) {
	s, _ := m.place()
	for i := s.top; i < s.end(m.count(), m.rowsHeight()); i++ {
		paths = append(paths, m.rowAt(i).path)
	}
	return paths
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
	m.transfers.fit(len(m.tracks.Rows()), height)
}

// readVisible asks for the facts of the rows that show, one question at a time: rows that
// are scrolled past are not read.
func (m *Model) readVisible() []effect.Effect {
	if m.reading || m.health != client.Alive {
		return nil
	}
	all := ""
	if r, ok := m.current(); ok && m.overlay == detailsOverlay {
		all = r.path
	}
	question, ok := m.tracks.Unread(m.visible(), all)
	if !ok {
		return nil
	}
	m.reading = true
	return []effect.Effect{question}
}

// statusOf returns the state of a row.
func (m *Model) statusOf(r row) tracks.Status { return m.tracks.Status(r.path, r.id, r.folder) }

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
