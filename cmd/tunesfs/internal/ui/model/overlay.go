package model

import "github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/draw"

// An overlay is help or details, over the list or beside it.
type overlay struct {
	kind overlayKind
	top  int // the first line that shows
}

type overlayKind int

const (
	noOverlay overlayKind = iota
	helpOverlay
	detailsOverlay
)

// toggle shows help or details, or no longer.
func (o *overlay) toggle(kind overlayKind) {
	if o.kind == kind {
		kind = noOverlay
	}
	*o = overlay{kind: kind}
}

// covers reports whether the overlay hides the list.
func (m *Model) covers() bool {
	return m.overlay.kind == helpOverlay || m.overlay.kind == detailsOverlay && m.layout().Details == 0
}

// scrollOverlay scrolls the overlay as far as it goes.
func (m *Model) scrollOverlay(by int) {
	hidden := draw.Hidden(m.picture())
	m.overlay.top = max(min(min(m.overlay.top, hidden)+by, hidden), 0)
}

// overlayKey takes a key while an overlay hides the list, and reports whether it did. Other
// keys than those that scroll end the help; of details they are for the row.
func (m *Model) overlayKey(name string) bool {
	help, page := m.overlay.kind == helpOverlay, m.layout().Rows
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
		m.overlay.kind = noOverlay
	default:
		return false
	}
	return true
}
