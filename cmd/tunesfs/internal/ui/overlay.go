package ui

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
	help, page := m.overlay == helpOverlay, m.rowsHeight()
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
