package ui

import "charm.land/lipgloss/v2"

// The styles use the colors that users chose for their terminals, and nothing is told by
// a color alone.
type styles struct {
	title, tab, cursor, dim, line, good, bad, busy, held, key lipgloss.Style
}

func newStyles() styles {
	plain := lipgloss.NewStyle()
	return styles{
		title:  plain.Bold(true),
		tab:    plain.Reverse(true),
		cursor: plain.Reverse(true),
		dim:    plain.Faint(true),
		line:   plain.Faint(true),
		good:   plain.Foreground(lipgloss.Green),
		bad:    plain.Foreground(lipgloss.Red).Bold(true),
		busy:   plain.Foreground(lipgloss.Cyan),
		held:   plain.Foreground(lipgloss.Yellow),
		key:    plain.Bold(true),
	}
}
