package ui

import (
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// An overlay is help or details, over the list or beside it.
type overlay int

const (
	noOverlay overlay = iota
	helpOverlay
	detailsOverlay
)

func (m *Model) toggleOverlay(o overlay) {
	if m.overlay == o {
		o = noOverlay
	}
	m.overlay, m.overlayTop = o, 0
}

// covers reports whether the overlay hides the list.
func (m *Model) covers() bool {
	return m.overlay == helpOverlay || m.overlay == detailsOverlay && m.layout().details == 0
}

// scrolled returns the lines of the overlay that show.
func (m *Model) scrolled(lines []string, width, height int) []string {
	m.overlayTop = max(min(m.overlayTop, len(lines)-height), 0)
	return fill(lines[m.overlayTop:], width, height)
}

func (m *Model) scrollOverlay(by int) { m.overlayTop = max(m.overlayTop+by, 0) }

// overlayKey takes a key while an overlay hides the list, and reports whether it did. Other
// keys than those that scroll end the help; of details they are for the row.
func (m *Model) overlayKey(name string) bool {
	help, page := m.overlay == helpOverlay, m.layout().rows
	switch {
	case name == "down" || name == "j":
		m.scrollOverlay(1)
	case name == "up" || name == "k":
		m.scrollOverlay(-1)
	case name == "pgdown" || help && name == "space":
		m.scrollOverlay(page)
	case name == "pgup":
		m.scrollOverlay(-page)
	case help:
		m.overlay = noOverlay
	default:
		return false
	}
	return true
}

const (
	// helpNames is the width of the keys in the help.
	helpNames = 11

	// helpColumn is the width from which a column of the help is whole.
	helpColumn = 78
)

// helpLines returns a line for each key.
func helpLines() (lines []string) {
	for _, b := range bindings() {
		if b.help != "" {
			lines = append(lines, " "+cells.Left(spelled(b), helpNames)+b.help)
		}
	}
	return lines
}

// spelled returns the name of a key in letters.
func spelled(b binding) string {
	switch name := b.keys[0]; {
	case name == "q":
		return "q, Ctrl-C"
	case name == "enter", name == "space", name == "tab", name == "esc":
		return words.Title(name)
	case b.name != "":
		return b.name
	default:
		return name
	}
}

// drawHelp returns the help, in two columns where there is room.
func (m *Model) drawHelp(width, height int) []string {
	lines := helpLines()
	if width >= 2*helpColumn {
		half := (len(lines) + 1) / 2
		for i := range lines[half:] {
			lines[i] = cells.Left(lines[i], width/2) + lines[half+i]
		}
		lines = lines[:half]
	}
	return m.scrolled(lines, width, height)
}
