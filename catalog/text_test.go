package catalog

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestSanitizeText(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"  Für Elise  ", "Für Elise"},
		{"Fu\u0308r Elise", "Für Elise"},
		{"one\r\n#EXTM3U\ttwo", "one #EXTM3U two"},
		{"nul\x00 \x1b[31mred\x7f", "nul [31mred"},
		{"a\u2028b\u2029c\u0085d", "a b c d"},
		{"gpj\u202Eexe\u2066\uFEFF", "gpjexe"},
		{"e\u202E\u0301", "é"},
		{"bad \xff\xfe utf8", "bad \uFFFD utf8"},
		{"東京　事変", "東京　事変"},
		{"AC/DC", "AC/DC"},
	} {
		if got := SanitizeText(tt.in); got != tt.want {
			t.Errorf("SanitizeText(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzSanitizeText(f *testing.F) {
	f.Add("a\u0301\x00\xff")
	f.Add(strings.Repeat("\u0958", 400))
	f.Add(strings.Repeat("\u0301", 4000))
	f.Fuzz(func(t *testing.T, s string) {
		got := SanitizeText(s)
		switch {
		case len(got) > maxText:
			t.Errorf("%d bytes", len(got))
		case !utf8.ValidString(got), !norm.NFC.IsNormalString(got):
			t.Errorf("%q is not NFC", got)
		case strings.ContainsFunc(got, unicode.IsControl):
			t.Errorf("%q has control characters", got)
		}
	})
}

// A secret most often has a digit, a capital or more letters.
func TestIsOptionName(t *testing.T) {
	for word, want := range map[string]bool{
		"": true, "rate": true, "cache_size": true, "no-keep": true, "abcdefghijklmnopqrst": true,
		"hunter2": false, "Hunter": false, "a b": false, "abcdefghijklmnopqrstu": false, "é": false, "a=b": false,
	} {
		if got := IsOptionName(word); got != want {
			t.Errorf("%q: %v", word, got)
		}
	}
}
