package watch

import (
	"fmt"
	"io"
	"strings"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/internal/terminal"
)

// barWidth is the room between the brackets of a bar.
const barWidth = 20

// writeBars draws a line for each download: a bar, the progress, the state and
// the path. Lines are cut to width columns, if that is above 0: paths at their
// start, for it is the end that tells them apart.
func writeBars(w io.Writer, list []download, width int) error {
	for _, d := range list {
		line := fmt.Sprintf("[%s] %-23s %-11s ", bar(d.Held, d.Size), terminal.Line(d.Label()), terminal.Line(d.State))
		path, reason := terminal.Line(d.Path), ""
		for _, words := range []string{d.Error, waiting(d.Waiting)} {
			if words != "" {
				reason += " (" + terminal.Line(words) + ")"
			}
		}
		if room := width - cells.Width(line); room > 0 {
			path = cells.CutLeft(path, max(room-cells.Width(reason), room/2))
		}
		if _, err := fmt.Fprintln(w, cut(line+path+reason, width)); err != nil {
			return err
		}
	}
	return nil
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

// bar returns a bar that is filled by the share of size that is held. Only a whole file fills
// it; an unknown size, below 0, leaves it empty.
func bar(held, size int64) string {
	const notAll = 0.999
	part := 0.0
	switch {
	case size >= 0 && held >= size:
		part = 1
	case size > 0:
		part = min(float64(held)/float64(size), notAll)
	}
	return plainBar.Replace(cells.Bar(part, barWidth))
}
