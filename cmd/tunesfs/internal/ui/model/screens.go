package model

import (
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/panes"
)

// pane returns the list of the screen.
func (m *Model) pane() *panes.Pane {
	if m.screen == downloadsScreen {
		return &m.downloads.Pane
	}
	return &m.catalog.Pane
}

// moveTo puts the cursor on a row.
func (m *Model) moveTo(i int) {
	m.pane().MoveTo(i)
	m.overlay.top = 0
}

// fit shows the cursors after the screen has changed.
func (m *Model) fit() {
	height := m.layout().Rows
	m.catalog.Fit(height)
	m.downloads.Fit(height)
}

// readVisible asks for the facts of the rows that show, one question at a time: rows that
// are scrolled past are not read.
func (m *Model) readVisible() []effect.Effect {
	if m.reading || m.mount.health != client.Alive {
		return nil
	}
	all := ""
	if r, ok := m.pane().Current(); ok && m.overlay.kind == detailsOverlay {
		all = r.Path
	}
	question, ok := m.tracks.Unread(m.pane().Visible(), all)
	if !ok {
		return nil
	}
	m.reading = true
	return []effect.Effect{question}
}

// open shows a folder. The cursor goes to the path want when that comes.
func (m *Model) open(folder, want string) []effect.Effect {
	m.screen, m.overlay.kind = catalogScreen, noOverlay
	return m.catalog.open(folder, want)
}

// leave opens the folder that the present one lies in, or calls off a search.
func (m *Model) leave() []effect.Effect {
	if m.screen == downloadsScreen {
		return m.show(catalogScreen)
	}
	if m.catalog.search != nil {
		m.overlay.kind = noOverlay
		return m.callOff()
	}
	if m.catalog.folder == "" {
		return nil
	}
	return m.open(parent(m.catalog.folder), m.catalog.folder)
}

// show changes to a screen.
func (m *Model) show(s screen) []effect.Effect {
	m.screen, m.overlay.kind = s, noOverlay
	if s == downloadsScreen {
		m.downloads.arrange()
	}
	m.fit()
	return nil
}
