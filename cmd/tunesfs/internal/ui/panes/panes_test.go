package panes

import "testing"

// The cursor shows, and no line below the list is empty while rows are above it.
func TestScroll(t *testing.T) {
	for count := range 12 {
		for height := 1; height < 8; height++ {
			s := Scroll{Height: height}
			for _, to := range []int{0, 5, 11, 3, -1, 100, 0, 7} {
				s.Set(to, count)
				if s.Cursor < 0 || s.Cursor > max(count-1, 0) || s.Top < 0 || s.Cursor < s.Top || s.Cursor >= s.Top+height ||
					s.Top > 0 && s.Top+height > count {
					t.Errorf("%d rows, %d lines, to %d: %+v", count, height, to, s)
				}
			}
		}
	}
}
