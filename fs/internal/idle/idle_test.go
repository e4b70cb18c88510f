package idle

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A use is one of a folder, which lies in those that its name begins with, or a pause.
type use struct {
	path  string
	grown int
	pause time.Duration
}

func TestOldest(t *testing.T) {
	const long = time.Minute
	for name, tt := range map[string]struct {
		uses []use
		keep int
		want []string
		rest int
	}{
		"nothing":                     {nil, 0, nil, 0},
		"few":                         {[]use{{"a", 3, long}, {"b", 3, long}}, 6, nil, 6},
		"the oldest":                  {[]use{{"a", 3, long}, {"b", 3, long}, {"c", 3, long}}, 6, []string{"a"}, 6},
		"used again":                  {[]use{{"a", 3, long}, {"b", 3, long}, {"a", 0, long}}, 3, []string{"b"}, 3},
		"used a moment ago":           {[]use{{"a", 3, long}, {"b", 3, 0}}, 0, []string{"a"}, 3},
		"one that grew":               {[]use{{"a", 3, long}, {"b", 3, long}, {"b", 3, long}}, 6, []string{"a"}, 6},
		"what lies in it comes first": {[]use{{"a", 1, 0}, {"ab", 1, 0}, {"abc", 1, long}}, 0, []string{"abc", "ab", "a"}, 0},
		"it stays with what lies in it": {
			[]use{{"a", 1, long}, {"ab", 1, long}, {"x", 1, long}, {"abc", 1, long}}, 3, []string{"x"}, 3,
		},
		"what lies in it was used longer ago": {
			[]use{{"ab", 1, long}, {"x", 1, long}, {"a", 1, long}}, 2, []string{"ab"}, 2,
		},
		"it lies in one that is not known": {[]use{{"ab", 1, long}, {"cd", 1, long}}, 1, []string{"ab"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var tree Tree[string]
				for _, u := range tt.uses {
					tree.Use(u.path, u.path[:len(u.path)-1], len(u.path), u.grown)
					time.Sleep(u.pause)
				}
				got := tree.Oldest(tt.keep)
				if !slices.Equal(got, tt.want) {
					t.Errorf("%q, want %q", got, tt.want)
				}
				for _, one := range got {
					tree.Remove(one)
					tree.Remove(one)
				}
				if got := tree.Size(); got != tt.rest {
					t.Errorf("%d remain, want %d", got, tt.rest)
				}
			})
		})
	}
}

func TestResize(t *testing.T) {
	var tree Tree[string]
	tree.Use("a", "", 1, 5)
	tree.Resize("a", 2)
	tree.Resize("b", 7)
	if got, all := tree.Size(), tree.All(); got != 2 || !slices.Equal(all, []string{"a"}) {
		t.Errorf("%d in %q, want 2 in a", got, all)
	}
	tree.Remove("a")
	if got := tree.Size(); got != 0 {
		t.Errorf("%d, want 0", got)
	}
}
