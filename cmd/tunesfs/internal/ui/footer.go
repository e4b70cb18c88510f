package ui

import (
	"strings"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// narrow is the width below which the footer has no room for the key that quits.
const narrow = 50

// A hint is a key in the footer, which takes clicks.
type hint struct {
	key, text string
	press     string // the key as Bubble Tea writes it
	from, to  int    // its cells
}

// hints returns the keys that do something now, as many as fit. The keys for help and to
// quit always do.
func (m *Model) hints(width int) []hint {
	var some, always []hint
	for _, b := range bindings() {
		if b.hint == "" || b.applies != nil && !b.applies(m) || b.changes != nil && !b.changes(m) {
			continue
		}
		h := hint{key: b.keys[0], text: b.hint, press: b.keys[0]}
		if b.name != "" {
			h.key = b.name
		}
		if h.press == "?" || h.press == "q" && width >= narrow {
			always = append(always, h)
		} else {
			some = append(some, h)
		}
	}
	left := width
	for _, h := range always {
		left -= h.width() + 2
	}
	hints := some[:0]
	for _, h := range some {
		if left -= h.width() + 2; left < 0 {
			break
		}
		hints = append(hints, h)
	}
	hints = append(hints, always...)
	at := 0
	for i := range hints {
		hints[i].from, hints[i].to = at, at+hints[i].width()
		at = hints[i].to + 2
	}
	return hints
}

func (h hint) width() int { return cells.Width(h.key) + 1 + cells.Width(h.text) }

// keyLine returns a line that names a key, and then others.
func (m *Model) keyLine(key, text string) string {
	key = cells.Cut(key, m.width)
	return m.styles.key.Render(key) + cells.Left(text, m.width-cells.Width(key))
}

// drawFooter returns the last line.
func (m *Model) drawFooter() string {
	var line strings.Builder
	switch {
	case m.ask != nil:
		return m.keyLine("y", " yes  any other key: no")
	case m.editing == editQuery:
		return m.keyLine("⏎", " search  Esc back")
	case m.editing == editFilter:
		return m.keyLine("⏎", " keep the filter  Esc end it")
	}
	if m.overlay == helpOverlay {
		return m.keyLine("↑ ↓", " scroll  any other key: back")
	}
	end := 0
	for _, h := range m.hints(m.width) {
		if h.to > m.width {
			break
		}
		line.WriteString(cells.Spaces(h.from - end))
		line.WriteString(m.styles.key.Render(h.key) + " " + h.text)
		end = h.to
	}
	return line.String() + cells.Spaces(m.width-end)
}

// drawMessage returns the line above: a question, an error, a message, or the state of
// the row with the cursor.
func (m *Model) drawMessage() string {
	warning := m.warning()
	switch {
	case m.ask != nil:
		return m.styles.key.Render(cells.Left(m.ask.text, m.width))
	case warning != "":
		return m.styles.bad.Render(cells.Left("! "+warning, m.width))
	case m.message != "" && m.wrong:
		return m.styles.bad.Render(cells.Left("! "+m.message, m.width))
	case m.message != "":
		return cells.Left(m.message, m.width)
	}
	return m.styles.dim.Render(cells.Left(m.aboutRow(), m.width))
}

// aboutRow returns the state of the row with the cursor, in more words than its column.
func (m *Model) aboutRow() string {
	if marks := m.pane().marks; len(marks) > 0 {
		return words.Counted(len(marks), "row") + " marked"
	}
	r, ok := m.pane().current()
	if !ok {
		return ""
	}
	s := m.statusOf(r)
	switch {
	case s.Error != "":
		return "! " + s.Error
	case s.Waiting != "":
		return "waiting for its bytes: " + s.Waiting
	case s.FactsErr != nil:
		return errorText(s.FactsErr)
	case s.State == tracks.Downloading:
		return strings.TrimSpace(s.Progress + "  " + m.rateText(s))
	case s.Progress != "" && (s.Folder || s.Held > 0):
		return strings.TrimSpace(s.State + "  " + s.Progress)
	}
	return s.State
}
