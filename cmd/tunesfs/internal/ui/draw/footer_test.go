package draw

import "testing"

// A key that fits is shown: no space is needed behind the last one.
func TestHintsFit(t *testing.T) {
	keys := []Key{{Press: "d", Name: "d", Text: "download"}, {Press: "?", Name: "?", Text: "help"}}
	for width, want := range map[int]int{18: 2, 17: 1} {
		if got := Hints(keys, width); len(got) != want {
			t.Errorf("%d cells have %v", width, got)
		}
	}
}
