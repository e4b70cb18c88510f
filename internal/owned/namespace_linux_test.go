package owned

import "testing"

func TestNames(t *testing.T) {
	for idMap, want := range map[string]bool{
		"         0          0 4294967295\n":                              true,
		"         0       1000          1\n":                              false,
		"         0       1000          1\n    1     100000      65536\n": true,
		"     65534       1000          1\n":                              true,
		"     65535       1000          1\n":                              false,
		"":                                                                false,
		"words":                                                           false,
	} {
		if got := names(idMap, overflow); got != want {
			t.Errorf("%q: %v", idMap, got)
		}
	}
}
