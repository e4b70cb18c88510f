package client

import (
	"slices"
	"testing"
)

// A download has its path in a folder that shows its track under the same name.
func TestPlaceWithin(t *testing.T) {
	ids := map[string]string{"bach/a.ogg": "1", "all/a.ogg": "1", "all/b.ogg": "2", "bach/b.ogg": "another", "all/c.ogg": "3"}
	list := []Download{{ID: "1", Path: "all/a.ogg"}, {ID: "2", Path: "all/b.ogg"}, {ID: "3", Path: "all/c.ogg"}, {ID: "4"}}
	for folder, want := range map[string][]string{
		"":           {"all/a.ogg", "all/b.ogg", "all/c.ogg", ""},
		"bach":       {"bach/a.ogg", "all/b.ogg", "all/c.ogg", ""},
		"all":        {"all/a.ogg", "all/b.ogg", "all/c.ogg", ""},
		"bach/a.ogg": {"bach/a.ogg", "all/b.ogg", "all/c.ogg", ""},
	} {
		var got []string
		for _, d := range placeWithin(folder, list, func(below string) string { return ids[below] }) {
			got = append(got, d.Path)
		}
		if !slices.Equal(got, want) {
			t.Errorf("in %q they are %q", folder, got)
		}
	}
	if list[0].Path != "all/a.ogg" {
		t.Error("the list of the caller is changed")
	}
}

func TestIsWithin(t *testing.T) {
	for _, c := range []struct {
		folder, path string
		want         bool
	}{{"", "a", true}, {"a", "a", true}, {"a", "a/b", true}, {"a", "ab", false}, {"a/b", "a", false}, {"a", "", false}} {
		if got := IsWithin(c.folder, c.path); got != c.want {
			t.Errorf("%q in %q: %v", c.path, c.folder, got)
		}
	}
}
