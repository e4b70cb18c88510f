package fs

import (
	"slices"
	"testing"
)

// A search is named before a folder of the catalogue, whichever is met first.
func TestWhereTracksAreShown(t *testing.T) {
	places := []showing{
		{searchKind, "b/1"}, {searchKind, "z/1"}, {folderKind, "a/1"}, {folderKind, "c/1"},
	}
	for i, s := range places {
		for j, o := range places {
			if got := s.before(o); got != (i < j) {
				t.Errorf("%v before %v: %v", s, o, got)
			}
		}
	}
	backwards := slices.Clone(places)
	slices.Reverse(backwards)
	for _, order := range [][]showing{places, backwards} {
		first := slices.MinFunc(order, func(a, b showing) int {
			if a.before(b) {
				return -1
			}
			return 1
		})
		if first != places[0] {
			t.Errorf("of %v, %v is named", order, first)
		}
	}
}
