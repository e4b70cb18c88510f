// Package cells owns how text fills the cells of a terminal: it makes texts of others
// harmless and brings them to an exact width, counted as the terminal does.
//
// It must never know the meaning of a text, and uses no color.
//
// Open cells.go first. align.go keeps columns in line on terminals that count otherwise.
package cells

import (
	"strings"
	"sync/atomic"

	"github.com/charmbracelet/x/ansi"

	"github.com/tunesfs/tunesfs/internal/terminal"
)

// ellipsis stands for the rest of a text.
const ellipsis = "…"

// maxText bounds how much of a text is looked at: no screen is wider.
const maxText = 4096

// clusters says that the terminal counts grapheme clusters.
var clusters atomic.Bool

// UseClusters says whether the terminal counts grapheme clusters. Other terminals, such as
// tmux, count the characters of an emoji with a skin tone one by one.
func UseClusters(use bool) { clusters.Store(use) }

// method returns how the terminal counts cells.
func method() ansi.Method {
	if clusters.Load() {
		return ansi.GraphemeWidth
	}
	return ansi.WcWidth
}

// Width returns how many cells a harmless text takes.
func Width(text string) int { return method().StringWidth(text) }

// Clean returns a text on one line in which nothing acts on a terminal or hides.
func Clean(text string) string {
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	return terminal.Line(text)
}

// Cut returns the beginning of a text that fits, with an ellipsis if it is not all.
func Cut(text string, width int) string {
	text = Clean(text)
	switch {
	case width <= 0:
		return ""
	case Width(text) <= width:
		return text
	}
	return text[:fit(text, width-1)] + ellipsis
}

// fit returns how many bytes of a text fit, in whole grapheme clusters.
func fit(text string, width int) (n int) {
	for n < len(text) {
		cluster, w := ansi.FirstGraphemeCluster(text[n:], method())
		if width -= w; width < 0 {
			break
		}
		n += len(cluster)
	}
	return n
}

// CutLeft returns the end of a text that fits, with an ellipsis if it is not all: of a
// path, its end says most.
func CutLeft(text string, width int) string {
	text = Clean(text)
	switch {
	case width <= 0:
		return ""
	case Width(text) <= width:
		return text
	}
	for over := Width(text) - width + 1; over > 0; {
		cluster, w := ansi.FirstGraphemeCluster(text, method())
		text = text[len(cluster):]
		over -= w
	}
	return ellipsis + text
}

// Left returns a text of exactly this width, with spaces behind it.
func Left(text string, width int) string {
	text = Cut(text, width)
	return text + Spaces(width-Width(text))
}

// Right returns a text of exactly this width, with spaces before it.
func Right(text string, width int) string {
	text = Cut(text, width)
	return Spaces(width-Width(text)) + text
}

// Spaces returns n spaces, none for less.
func Spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

// Bar returns a bar of this width that is filled to a part from 0 to 1. Only 1 fills it,
// and everything above 0 shows.
func Bar(part float64, width int) string {
	if width <= 0 {
		return ""
	}
	filled := int(min(max(part, 0), 1) * float64(width))
	if part > 0 && filled == 0 {
		filled = 1
	}
	if part < 1 && filled == width && width > 1 {
		filled--
	}
	return strings.Repeat("█", filled) + strings.Repeat("░", width-filled)
}

// Wrap returns the lines of a text, none wider than width, and at most so many.
func Wrap(text string, width, lines int) []string {
	if width <= 0 || lines <= 0 {
		return nil
	}
	all := strings.Split(method().Wrap(Clean(text), width, ""), "\n")
	if len(all) > lines {
		all = all[:lines]
		all[lines-1] = all[lines-1][:fit(all[lines-1], width-1)] + ellipsis
	}
	return all
}
