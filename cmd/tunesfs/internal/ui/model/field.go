package model

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

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

// A field is the text that is typed.
type field struct {
	textinput.Model
	editing editing
}

func newField() field {
	f := field{Model: textinput.New()}
	f.Prompt, f.CharLimit = "", maxQuery
	f.SetVirtualCursor(false) // a cursor that is drawn would blink for ever
	return f
}

// begin gives the keys to a text.
func (f *field) begin(what editing, text string) {
	f.editing = what
	f.SetValue(text)
	f.CursorEnd()
	f.Focus()
}

// end gives the keys back to the list.
func (f *field) end() {
	f.editing = editNothing
	f.Blur()
}

// draw returns the text that fits in a width.
func (f *field) draw(width int) string {
	f.SetWidth(max(width-1, 1)) // for the cursor behind it
	return ansi.Strip(f.View())
}

// beginEdit gives the keys to a text.
func (m *Model) beginEdit(what editing, text string) {
	m.overlay.kind = noOverlay
	m.field.begin(what, text)
}

// edit gives a key or a pasted text to the field.
func (m *Model) edit(msg tea.Msg) {
	if m.field.editing == editNothing {
		return
	}
	m.field.Model, _ = m.field.Update(msg)
	if m.field.editing == editFilter {
		m.catalog.SetFilter(m.field.Value())
	}
}

// editKey takes a key while a text is edited.
func (m *Model) editKey(key tea.KeyPressMsg) []effect.Effect {
	switch key.String() {
	case "esc":
		if m.field.editing == editFilter {
			m.catalog.SetFilter("")
		}
		m.field.end()
	case "enter", "ctrl+j": // which a terminal makes of Enter until the app is there
		was, text := m.field.editing, strings.TrimSpace(m.field.Value())
		m.field.end()
		if was == editQuery && text != "" {
			m.screen = catalogScreen
			return m.catalog.searchFor(text)
		}
	case "up", "down", "pgup", "pgdown":
		m.field.end()
		return m.press(key)
	default:
		m.edit(key)
	}
	return nil
}
