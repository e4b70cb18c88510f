package terminal

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Visible returns a text in which everything that acts on a terminal, or that nobody
// sees, is written as JSON escapes it: \u001b for an escape, \u202e for what turns the
// direction of writing. A byte that is not UTF-8 becomes \x9b. Ends of lines and tabs
// stay. A text in JSON means the same as before.
func Visible(text string) string {
	return escape(text, func(r rune) bool { return r != '\n' && r != '\t' && isHidden(r) })
}

// Line is Visible for a text that has to stay on its line, and in its column: ends of
// lines and tabs are escaped too.
func Line(text string) string { return escape(text, isHidden) }

func escape(text string, hidden func(rune) bool) string {
	first := indexHidden(text, hidden)
	if first < 0 {
		return text
	}
	var b strings.Builder
	b.WriteString(text[:first])
	for rest := text[first:]; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, rest[0])
		case !hidden(r):
			b.WriteString(rest[:size])
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		rest = rest[size:]
	}
	return b.String()
}

// indexHidden returns where the first byte is that does not stay as it is, or -1.
func indexHidden(text string, hidden func(rune) bool) int {
	for i, r := range text {
		if hidden(r) {
			return i
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return i
			}
		}
	}
	return -1
}

// hiddenMarks are characters that have no width though Unicode does not call them
// format characters: fillers of Hangul, vowels of Khmer that are not to be used, the
// joiner of graphemes, variation selectors but those of common emoji, and an empty
// pattern of Braille.
var hiddenMarks = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x034F, Hi: 0x034F, Stride: 1},
		{Lo: 0x115F, Hi: 0x1160, Stride: 1},
		{Lo: 0x17B4, Hi: 0x17B5, Stride: 1},
		{Lo: 0x180B, Hi: 0x180F, Stride: 1},
		{Lo: 0x2800, Hi: 0x2800, Stride: 1},
		{Lo: 0x3164, Hi: 0x3164, Stride: 1},
		{Lo: 0xFE00, Hi: 0xFE0D, Stride: 1},
		{Lo: 0xFFA0, Hi: 0xFFA0, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0xE0000, Hi: 0xE0FFF, Stride: 1}},
}

// isHidden reports whether a character acts on a terminal or is not seen: C0 and C1
// controls, format characters (zero-width, bidirectional and tag characters among
// them), separators of lines and paragraphs, and what is for private use.
func isHidden(r rune) bool {
	if ' ' <= r && r <= '~' {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Noncharacter_Code_Point, hiddenMarks)
}
