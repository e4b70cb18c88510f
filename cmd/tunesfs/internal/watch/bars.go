package watch

import (
	"fmt"
	"io"
	"strings"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/internal/terminal"
)

const (
	// barWidth is the room between the brackets of a bar, and barLeast what it shrinks to
	// before it goes.
	barWidth, barLeast = 20, 5

	// progressWidth has room for "Zero KB of unknown size", and progressLeast for its
	// beginning.
	progressWidth, progressLeast = 23, 8

	// stateWidth has room for "downloading".
	stateWidth = 11

	// reasonLeast is how much of a reason has room before a bar has.
	reasonLeast = 24
)

// A barLine is a line for a download.
type barLine struct {
	download
	path, name string // name is the end of path
	reason     string
}

// newBarLine brings the texts of a download into the form in which they are shown.
func newBarLine(d download) barLine {
	l := barLine{download: d, path: terminal.Line(d.Path)}
	l.name = l.path[strings.LastIndex(l.path, "/")+1:]
	for _, words := range []string{d.Error, waiting(d.Waiting)} {
		if words != "" {
			l.reason += " (" + terminal.Line(words) + ")"
		}
	}
	return l
}

// writeBars draws a line for each download: a bar, the progress, the state and the path.
// Lines fit into width columns, if that is above 0. There the bars shrink and go before
// a name is cut, and paths are cut at their start, for their end tells them apart.
func writeBars(w io.Writer, list []download, width int) error {
	lines := make([]barLine, len(list))
	for i, d := range list {
		lines[i] = newBarLine(d)
	}
	room := barRoom{barWidth, progressWidth}
	if width > 0 {
		room = roomOf(lines, width)
	}
	for _, l := range lines {
		before := room.draw(l)
		if left := width - cells.Width(before); left > 0 {
			l.path = l.cutPath(left)
		}
		if _, err := fmt.Fprintln(w, cut(before+l.path+l.reason, width)); err != nil {
			return err
		}
	}
	return nil
}

// A barRoom says how many cells the bars and the progress of some lines have.
type barRoom struct{ bar, progress int }

// roomOf returns the room that the names and the reasons of lines leave.
func roomOf(lines []barLine, width int) barRoom {
	whole, least := 0, 0 // cells behind the state, and those that come before a bar
	for _, l := range lines {
		whole = max(whole, cells.Width(l.path+l.reason))
		least = max(least, l.nameRoom()+min(cells.Width(l.reason), reasonLeast))
	}
	left := width - progressWidth - stateWidth - 2
	switch bar := left - len("[] "); {
	case bar-barLeast >= least:
		return barRoom{min(max(bar-whole, barLeast), barWidth), progressWidth}
	case left >= least:
		return barRoom{0, progressWidth}
	}
	return barRoom{0, progressLeast}
}

// draw returns the part of a line before its path.
func (r barRoom) draw(l barLine) string {
	progress := terminal.Line(l.Label())
	if r.progress < progressWidth {
		progress, _, _ = strings.Cut(progress, " of ")
	}
	text := fmt.Sprintf("%-*s %-*s ", r.progress, progress, stateWidth, terminal.Line(l.State))
	if r.bar == 0 {
		return text
	}
	return "[" + bar(l.Held, l.Size, r.bar) + "] " + text
}

// nameRoom returns how many cells show the name, with a sign for its folders.
func (l barLine) nameRoom() int {
	return min(cells.Width(l.path), cells.Width("…/"+l.name))
}

// cutPath returns the end of the path for lines with so many cells left. The reason has
// those that the name does not need.
func (l barLine) cutPath(left int) string {
	room := max(left-cells.Width(l.reason), min(l.nameRoom(), left))
	if n := cells.Width(l.name); n <= room && room < l.nameRoom() {
		return l.name
	}
	return cells.CutLeft(l.path, room)
}

// cut shortens a line to width columns, if that is above 0.
func cut(line string, width int) string {
	if width <= 0 {
		return line
	}
	return cells.Cut(line, width)
}

// waiting says which programs wait, if any do.
func waiting(programs string) string {
	if programs == "" {
		return ""
	}
	return "waiting: " + programs
}

// plainBar makes a bar of characters that every terminal and every script knows.
var plainBar = strings.NewReplacer("█", "#", "░", ".")

// bar returns a bar of some cells that is filled by the share of size that is held. Only a
// whole file fills it; an unknown size, below 0, leaves it empty.
func bar(held, size int64, width int) string {
	const notAll = 0.999
	part := 0.0
	switch {
	case size >= 0 && held >= size:
		part = 1
	case size > 0:
		part = min(float64(held)/float64(size), notAll)
	}
	return plainBar.Replace(cells.Bar(part, width))
}
