package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
)

const (
	// doubleClick is how long the second click of two may take.
	doubleClick = 400 * time.Millisecond

	// wheelRows is how far the wheel scrolls.
	wheelRows = 3
)

// A click is the last one on a row.
type click struct {
	row int
	at  time.Time
}

// clicked takes a click: on a row, on a folder beside the list, on a screen's name or on
// a key of the footer.
func (m *Model) clicked(at tea.Mouse) []effect.Effect {
	if at.Button != tea.MouseLeft || m.ask != nil {
		return nil
	}
	l := m.layout()
	switch {
	case at.Y == m.height-1:
		return m.clickedHint(at.X)
	case l.tall && at.Y == 0 && at.X >= m.width/2:
		return m.show(browse + transfers - m.screen)
	case at.Y == m.fieldLine():
		m.beginEdit(editQuery, "")
		return nil
	case at.Y < l.top || at.Y >= l.top+l.rows || m.covers():
		return nil
	case at.X < l.side:
		return m.clickedSide(at.Y-l.top, l.rows)
	case l.side > 0 && at.X == l.side, at.X >= m.width-l.details:
		return nil
	}
	return m.clickedRow(at.Y - l.top)
}

func (m *Model) clickedHint(x int) []effect.Effect {
	if m.editing != editNothing {
		return nil
	}
	for _, h := range m.hints(m.width) {
		if x >= h.from && x < h.to {
			m.message = ""
			return m.pressed(h.press)
		}
	}
	return nil
}

func (m *Model) clickedSide(line, height int) []effect.Effect {
	rows, at := m.sideRows()
	line += max(min(at-height/2, len(rows)-height), 0)
	if line >= len(rows) {
		return nil
	}
	return m.open(rows[line].path, "")
}

// clickedRow puts the cursor on a row; a second click opens or plays it.
func (m *Model) clickedRow(line int) []effect.Effect {
	p := m.pane()
	i := p.top + line
	if i >= p.count() {
		return nil
	}
	m.endEdit()
	last := m.click
	m.click = click{i, m.now()}
	m.moveTo(i)
	if last.row == i && m.now().Sub(last.at) < doubleClick {
		m.click = click{row: -1}
		return m.enter()
	}
	return nil
}

// wheeled scrolls.
func (m *Model) wheeled(at tea.Mouse) {
	by := 0
	switch at.Button {
	case tea.MouseWheelUp:
		by = -wheelRows
	case tea.MouseWheelDown:
		by = wheelRows
	}
	if m.covers() || at.X >= m.width-m.layout().details {
		m.scrollOverlay(by)
		return
	}
	m.pane().wheel(by)
}
