package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// barWidth is the room between the brackets of a bar.
const barWidth = 20

// writeBars draws a line for each download: a bar, the progress, the state and
// the path. Lines are cut to width columns, if that is above 0.
func writeBars(w io.Writer, list []download, width int) error {
	for _, d := range list {
		line := fmt.Sprintf("[%s] %-23s %-11s %s", bar(d.Held, d.Size, barWidth), d.Progress, d.State, d.Path)
		if d.Error != "" {
			line += " (" + d.Error + ")"
		}
		if _, err := fmt.Fprintln(w, cut(line, width)); err != nil {
			return err
		}
	}
	return nil
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
