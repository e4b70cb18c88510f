package panes

// A Scroll is a place in a list: the row with the cursor, and the first of those that show.
type Scroll struct{ Cursor, Top, Height int }

// Set puts the cursor on a row of count, and shows it.
func (s *Scroll) Set(row, count int) {
	s.Cursor = max(min(row, count-1), 0)
	s.Top = max(min(s.Top, s.Cursor), s.Cursor-s.Height+1)
	s.Top = max(min(s.Top, count-s.Height), 0)
}

// roll moves the list below the cursor, which stays on the screen.
func (s *Scroll) roll(by, count int) {
	s.Top = max(min(s.Top+by, count-s.Height), 0)
	s.Cursor = max(min(s.Cursor, s.Top+s.Height-1, count-1), s.Top, 0)
}

// End returns the row behind the last that shows.
func (s *Scroll) End(count int) int { return min(s.Top+s.Height, count) }
