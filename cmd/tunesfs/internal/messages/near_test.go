package messages

import "testing"

func TestNear(t *testing.T) {
	known := []string{"allow_other", "cache_size", "keep", "log", "uid", "limit_rate"}
	for word, want := range map[string]string{
		"alow_other": "allow_other", "allow-other": "allow_other", "allowother": "allow_other", "alolw_othre": "allow_other",
		"cachesize": "cache_size", "keeep": "keep", "kepe": "keep", "lgo": "log", "uidd": "uid", "limit_rte": "limit_rate",
		"limit": "", "hunter2": "", "": "", "leg2": "", "keys": "", "cash_sise": "", "x": "", "allow_others_too": "",
	} {
		if got, ok := Near(word, known); got != want || ok != (want != "") {
			t.Errorf("%q is near %q, want %q", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "bc", 1}, {"abc", "xbc", 1}, {"abcd", "badc", 2},
	} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%q and %q differ by %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
