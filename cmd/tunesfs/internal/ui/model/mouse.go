package model

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/draw"
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
	switch l := m.layout(); {
	case at.Y == m.height-1:
		return m.clickedHint(at.X)
	case l.Tall && at.Y == 0:
		return m.clickedTab(at.X)
	case at.Y == l.Field && m.field.editing == editNothing && m.mount.health != client.Gone:
		m.beginEdit(editQuery, "")
		return nil
	case at.Y < l.Top || at.Y >= l.Top+l.Rows || m.covers():
		return nil
	case at.Y >= m.height-1-draw.MessageLines(m.picture()):
		return nil // on a message of several lines
	default:
		return m.clickedBody(at.X, at.Y-l.Top, l)
	}
}

// clickedBody takes a click on a line of the list, or of the folders beside it.
func (m *Model) clickedBody(x, line int, l draw.Layout) []effect.Effect {
	switch {
	case x < l.Side:
		folder, ok := draw.SidePath(m.picture(), line)
		if !ok || m.mount.health == client.Gone {
			return nil
		}
		m.field.end()
		return m.open(folder, "")
	case l.Side > 0 && x == l.Side, x >= m.width-l.Details:
		return nil
	}
	return m.clickedRow(line)
}

// clickedTab shows a screen whose name was clicked on.
func (m *Model) clickedTab(x int) []effect.Effect {
	downloads, ok := draw.TabAt(m.picture(), x)
	if !ok {
		return nil
	}
	m.field.end()
	if downloads {
		return m.show(downloadsScreen)
	}
	return m.show(catalogScreen)
}

func (m *Model) clickedHint(x int) []effect.Effect {
	if m.field.editing != editNothing {
		return nil
	}
	for _, h := range draw.Hints(m.hints(), m.width) {
		if x >= h.From && x < h.To {
			m.message.text = ""
			return m.pressed(h.Press)
		}
	}
	return nil
}

// clickedRow puts the cursor on a row; a second click opens or plays it.
func (m *Model) clickedRow(line int) []effect.Effect {
	p := m.pane()
	i := p.Top + line
	if i >= p.Count() {
		return nil
	}
	m.field.end()
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
	if m.covers() || at.X >= m.width-m.layout().Details {
		m.scrollOverlay(by)
		return
	}
	m.pane().Wheel(by)
}
