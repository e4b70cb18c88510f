package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
)

// maxQuery bounds the text that is typed; the mount refuses a query that is too long.
const maxQuery = 500

// An editing is the text that the keys go to.
type editing int

const (
	editNothing editing = iota
	editQuery
	editFilter
)

// beginEdit gives the keys to a text.
func (m *Model) beginEdit(what editing, text string) {
	m.editing, m.overlay = what, noOverlay
	m.input.CharLimit = maxQuery
	m.input.SetValue(text)
	m.input.CursorEnd()
	m.input.Focus()
}

// edit gives a key or a pasted text to the field.
func (m *Model) edit(msg tea.Msg) {
	if m.editing == editNothing {
		return
	}
	m.input, _ = m.input.Update(msg)
	if m.editing == editFilter {
		m.catalog.setFilter(m.input.Value())
	}
}

// editKey takes a key while a text is edited.
func (m *Model) editKey(key tea.KeyPressMsg) []effect.Effect {
	switch key.String() {
	case "esc":
		if m.editing == editFilter {
			m.catalog.setFilter("")
		}
		m.endEdit()
	case "enter", "ctrl+j": // which a terminal makes of Enter until the app is there
		was, text := m.editing, strings.TrimSpace(m.input.Value())
		m.endEdit()
		if was == editQuery && text != "" {
			m.screen = browse
			return m.catalog.searchFor(text)
		}
	case "up", "down", "pgup", "pgdown":
		m.endEdit()
		return m.press(key)
	default:
		m.edit(key)
	}
	return nil
}

func (m *Model) endEdit() {
	m.editing = editNothing
	m.input.Blur()
}
