package draw

import (
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

const (
	// helpNames is the width of the keys in the help.
	helpNames = 11

	// helpColumn is the width from which a column of the help is whole.
	helpColumn = 78

	// maxHelp bounds the lines of a key.
	maxHelp = 20
)

// A Key is one that can be pressed.
type Key struct {
	Press string // as Bubble Tea writes it
	Name  string // on the screen
	Text  string // in the footer
	Help  string
}

// spelled returns the name of a key in letters.
func spelled(k Key) string {
	switch k.Press {
	case "q":
		return "q, Ctrl-C"
	case "enter", "space", "tab", "esc":
		return words.Title(k.Press)
	}
	return k.Name
}

// help returns the help, in two columns where there is room.
func (p *Picture) help(width int) (lines []string) {
	column := width
	if width >= 2*helpColumn {
		column = width / 2
	}
	for _, k := range p.Overlay.Help {
		if k.Help == "" {
			continue
		}
		name := spelled(k)
		for _, line := range cells.Wrap(k.Help, max(column-helpNames-1, 1), maxHelp) {
			lines = append(lines, " "+cells.Left(name, helpNames)+line)
			name = ""
		}
	}
	if column < width {
		half := (len(lines) + 1) / 2
		for i := range lines[half:] {
			lines[i] = cells.Left(lines[i], width/2) + lines[half+i]
		}
		lines = lines[:half]
	}
	return lines
}
