package main

import (
	"strings"
	"testing"
)

// A word with a slash is a path, unless a scheme is before that.
func TestFindShownPath(t *testing.T) {
	for word, want := range map[string]string{
		"/nonexist": "no such folder: /nonexist", "./nonexist/abba": "no such folder: ./nonexist/abba",
	} {
		if _, _, err := findShown(word); err == nil || err.Error() != want {
			t.Errorf("%s: %v", word, err)
		}
	}
	for _, word := range []string{"nonexist", "gopher://example.org/"} {
		if _, _, err := findShown(word); err == nil || strings.Contains(err.Error(), "folder") {
			t.Errorf("%s: %v", word, err)
		}
	}
}
