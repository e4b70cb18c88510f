package ui

// A scroll is a place in a list: the row with the cursor, and the first that shows.
type scroll struct{ cursor, top int }

// moveTo puts the cursor on a row of count, and shows it in height lines.
func (s *scroll) moveTo(row, count, height int) {
	s.cursor = max(min(row, count-1), 0)
	s.top = max(min(s.top, s.cursor), s.cursor-height+1)
	s.top = max(min(s.top, count-height), 0)
}

// fit shows the cursor after the list or the screen has changed.
func (s *scroll) fit(count, height int) { s.moveTo(s.cursor, count, height) }

// wheel moves the list below the cursor, which stays on the screen.
func (s *scroll) wheel(by, count, height int) {
	s.top = max(min(s.top+by, count-height), 0)
	s.cursor = max(min(s.cursor, s.top+height-1, count-1), s.top, 0)
}

// end returns the row behind the last that shows.
func (s *scroll) end(count, height int) int { return min(s.top+height, count) }
