package ui

const (
	// sideFrom is the width from which the searches show beside the list, and
	// sideLeast and sideMost how wide they are.
	sideFrom            = 100
	sideLeast, sideMost = 22, 36

	// detailsFrom is the width from which details show beside the list.
	detailsFrom  = 110
	detailsWidth = 44

	// tallFrom is the height from which there is a title, a total and a heading.
	tallFrom = 9
)

// A layout says where the parts of the screen are. All widths are in cells.
type layout struct {
	side    int // width of the list of searches; 0 if there is none
	list    int // width of the list
	details int // width of the details beside it; 0 if there are none
	top     int // lines above the list
	rows    int // lines of the list
	tall    bool
}

// layout divides the screen.
func (m *Model) layout() layout {
	l := layout{list: m.width, tall: m.height >= tallFrom}
	if m.width >= sideFrom {
		l.side = min(max(m.width/6, sideLeast), sideMost)
		l.list -= l.side + 1
	}
	if m.overlay == detailsOverlay && m.width >= detailsFrom {
		l.details = detailsWidth
		l.list -= l.details + 1
	}
	bottom := 2 // message, keys
	l.top = 1   // search
	if l.tall {
		l.top += 2 // title, heading
		bottom++   // total
	}
	l.rows = max(m.height-l.top-bottom, 1)
	return l
}

// rowsHeight is how many rows of a list show.
func (m *Model) rowsHeight() int { return m.layout().rows }
