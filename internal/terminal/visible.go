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
// stay, and so do the joiners and selectors of emoji. A letter keeps its first marks. A text
// in JSON means the same as before.
func Visible(text string) string { return new(before).escape(text, isHiddenInText) }

// Line is Visible for a text that has to stay on its line, and in its column: ends of
// lines and tabs are escaped too.
func Line(text string) string { return new(before).escape(text, isHidden) }

func isHiddenInText(r rune) bool { return r != '\n' && r != '\t' && isHidden(r) }

// escape escapes the characters of a text that do not show.
func (c *before) escape(text string, hidden func(rune) bool) string {
	var b strings.Builder
	copied := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		rest := text[i+size:]
		invalid := r == utf8.RuneError && size == 1
		if !invalid && c.shows(r, rest, hidden) {
			i += size
			continue
		}
		b.WriteString(text[copied:i])
		switch {
		case invalid:
			*c = before{}
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		i += size
		copied = i
	}
	if copied == 0 {
		return text
	}
	b.WriteString(text[copied:])
	return b.String()
}

// hiddenMarks are characters that have no width though Unicode does not call them
// format characters: fillers of Hangul, vowels of Khmer that are not to be used, the
// joiner of graphemes, variation selectors but those of emoji, and an empty pattern of
// Braille.
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
