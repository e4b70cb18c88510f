package catalog

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxText is the longest text that is kept of a title, artist and the like, in
// bytes.
const maxText = 1 << 10

// SanitizeText makes text of a catalog fit to be shown on one line of a terminal
// or a playlist: valid UTF-8 in NFC, at most 1 KiB. Control characters and line
// ends become a space; what turns the direction of writing, and so can make a
// name look like another, is dropped.
func SanitizeText(s string) string {
	if len(s) > 4*maxText {
		// Normalising shrinks a text to no less than a quarter, so more than this
		// cannot matter. A copy, so that what is kept does not keep all of it.
		s = strings.Clone(cut(s, 4*maxText))
	}
	if isPlain(s) {
		return strings.TrimSpace(cut(s, maxText))
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.TrimSpace(cut(norm.NFC.String(printable(s)), maxText))
}

// isPlain reports whether a text, as most are, is of printable ASCII characters
// without two spaces in a row.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == ' ' && i > 0 && s[i-1] == ' ' {
			return false
		}
	}
	return true
}

// printable does as SanitizeText says of control characters and those that turn
// text, and makes one space of several. Most text it returns as it is.
func printable(s string) string {
	odd := func(r rune) bool { return breaksLine(r) || turnsText(r) }
	if !strings.ContainsFunc(s, odd) && !strings.Contains(s, "  ") {
		return s
	}
	var b strings.Builder
	space := false
	for _, r := range s {
		if turnsText(r) {
			continue
		}
		if breaksLine(r) {
			r = ' '
		}
		if r == ' ' && space {
			continue
		}
		space = r == ' '
		b.WriteRune(r)
	}
	return b.String()
}

// breaksLine reports whether r is a control character or ends a line.
func breaksLine(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

// turnsText reports whether r is a byte order mark or one of the explicit
// directional characters of Unicode Standard Annex 9, sections 2.1 to 2.5.
func turnsText(r rune) bool {
	return r == '\uFEFF' || '\u202A' <= r && r <= '\u202E' || '\u2066' <= r && r <= '\u2069'
}

// cut returns the longest start of s that has at most n bytes and does not end
// within a rune.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// IsOptionName reports whether a word has the form of an option's name, in any service.
func IsOptionName(word string) bool {
	const maxName = 20
	return len(word) <= maxName && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz_-") == ""
}
