package ui

// A scroll is a place in a list: the row with the cursor, and the first of those that show.
type scroll struct{ cursor, top, height int }

// set puts the cursor on a row of count, and shows it.
func (s *scroll) set(row, count int) {
	s.cursor = max(min(row, count-1), 0)
	s.top = max(min(s.top, s.cursor), s.cursor-s.height+1)
	s.top = max(min(s.top, count-s.height), 0)
}

// roll moves the list below the cursor, which stays on the screen.
func (s *scroll) roll(by, count int) {
	s.top = max(min(s.top+by, count-s.height), 0)
	s.cursor = max(min(s.cursor, s.top+s.height-1, count-1), s.top, 0)
}

// end returns the row behind the last that shows.
func (s *scroll) end(count int) int { return min(s.top+s.height, count) }
