package web

import (
	"errors"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestParseBase(t *testing.T) {
	for raw, want := range map[string]struct{ base, document bool }{
		"https://host/a/":          {true, true},
		"http://[::1]:80":          {true, true},
		"https://host/a?hunter2":   {false, true},
		"https://host/?":           {false, true},
		"https://u:hunter2@host/":  {false, false},
		"https://host/#hunter2":    {false, false},
		"file:///hunter2":          {false, false},
		"hunter2":                  {false, false},
		"http://host/%zz/hunter2":  {false, false},
		"https://host/\x00hunter2": {false, false},
		"":                         {false, false},
	} {
		_, base := ParseBase(raw)
		_, document := ParseDocument(raw)
		if (base == nil) != want.base || (document == nil) != want.document {
			t.Errorf("%q: %v and %v, want %+v", raw, base, document, want)
		}
		for _, err := range []error{base, document} {
			if err != nil && (!errors.Is(err, catalog.ErrInvalidURL) || strings.Contains(err.Error(), "hunter2")) {
				t.Errorf("%q: %v", raw, err)
			}
		}
	}
}
