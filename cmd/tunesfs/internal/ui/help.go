package ui

import "github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"

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
		return title(name)
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
