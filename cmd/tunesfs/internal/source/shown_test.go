package source

import (
	"strings"
	"testing"
)

// TestShown shows addresses in a list without what may be a secret.
func TestShown(t *testing.T) {
	for text, want := range map[string]string{
		"itunes:":                            "itunes:",
		"itunes:?country=de":                 "itunes:?country=de",
		"itunes:?password=hunter2":           "itunes:",
		"itunes:?country=hunter2":            "itunes:",
		"itunes:?hunter2":                    "itunes:",
		"subsonic+https://hunter2@host/":     "subsonic+https://host/",
		"subsonic+https://host/?key=hunter2": "subsonic+https://host/",
		"subsonic+https://ann@host/?limit=9": "subsonic+https://host/?limit=9",
		"podcast+https://host/feed?hunter2":  "podcast+https://host/feed",
		"index+https://host/?all=hunter2":    "index+https://host/",
		"archive:?limit=hunter2&hunter2=1":   "archive:",
		"demo:?hunter2=1":                    "demo:",
		"demo:?rate=hunter2":                 "demo:",
		"demo:?rate=50k":                     "demo:?rate=50k",
		"hunter2":                            "(no catalog)",
		"hunter2:x":                          "(no catalog)",
		"subsonic+https://ann:hunter2@host/": "(no catalog)",
		"index+https://host/?network=home":   "index+https://host/?network=home",
	} {
		if got := ShownText(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
		s, err := Parse(text)
		if err == nil && strings.Contains(s.Place(), "hunter2") {
			t.Errorf("%s is at %s", text, s.Place())
		}
	}
	s, err := Parse("subsonic+https://hunter2@host:4533/hunter2/?hunter2")
	if err != nil || s.Place() != "subsonic+https://host:4533" {
		t.Errorf("%s, %v", s.Place(), err)
	}
}
