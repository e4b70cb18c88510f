package watch

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/tunesfs/tunesfs/internal/terminal"
)

// barWidth is the room between the brackets of a bar.
const barWidth = 20

// writeBars draws a line for each download: a bar, the progress, the state and
// the path. Lines are cut to width columns, if that is above 0: paths at their
// start, for it is the end that tells them apart.
func writeBars(w io.Writer, list []download, width int) error {
	for _, d := range list {
		filled := bar(int64(d.Held), int64(d.Size), barWidth)
		line := fmt.Sprintf("[%s] %-23s %-11s ", filled, terminal.Line(d.Progress), terminal.Line(d.State))
		path, reason := terminal.Line(d.Path), ""
		for _, words := range []string{d.Error, waiting(d.Waiting)} {
			if words != "" {
				reason += " (" + terminal.Line(words) + ")"
			}
		}
		if room := width - utf8.RuneCountInString(line); room > 0 {
			path = cutStart(path, max(room-utf8.RuneCountInString(reason), room/2))
		}
		if _, err := fmt.Fprintln(w, cut(line+path+reason, width)); err != nil {
			return err
		}
	}
	return nil
}

// waiting says which programs wait, if any do.
func waiting(programs string) string {
	if programs == "" {
		return ""
	}
	return "waiting: " + programs
}

// bar returns width characters of which the share held of size is filled. Only
// a whole file fills it; an unknown size, below 0, leaves it empty.
func bar(held, size int64, width int) string {
	filled := 0
	switch {
	case size >= 0 && held >= size:
		filled = width
	case size > 0 && held > 0:
		filled = min(int(float64(held)/float64(size)*float64(width)), width-1)
	}
	return strings.Repeat("#", filled) + strings.Repeat(".", width-filled)
}

// cut shortens s to width characters, with an ellipsis for the rest.
func cut(s string, width int) string {
	if width <= 0 || utf8.RuneCountInString(s) <= width {
		return s
	}
	return string([]rune(s)[:width-1]) + "…"
}

// cutStart shortens s to its last width characters, with an ellipsis for the
// rest.
func cutStart(s string, width int) string {
	runes := []rune(s)
	if width <= 0 || len(runes) <= width {
		return s
	}
	return "…" + string(runes[len(runes)-width+1:])
}

// fit shortens a picture to fewer lines than a terminal has rows, if that is
// above 0, and says how many are left out.
func fit(picture []byte, rows int) []byte {
	lines := bytes.SplitAfter(picture, []byte("\n"))
	lines = lines[:len(lines)-1] // what follows the last one
	if rows <= 0 || len(lines) < rows {
		return picture
	}
	shown := max(rows-2, 0)
	rest := fmt.Appendf(nil, "… and %d more\n", len(lines)-shown)
	return append(bytes.Join(lines[:shown], nil), rest...)
}
