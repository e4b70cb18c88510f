package terminal

import (
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

const (
	joiner        = '\u200d' // makes one picture of two emoji
	textSelector  = '\ufe0e' // draws an emoji as text
	emojiSelector = '\ufe0f' // draws an emoji in color
	keycap        = '\u20e3' // draws a key around a digit

	// maxJoins is how many joiners show in a row: a kiss of two people has three.
	maxJoins = 3

	// maxMarks is how many marks a letter keeps: a stack of Tibetan letters has nine.
	maxMarks = 10
)

// before is the state of a text before a character. It decides whether that shows.
type before struct {
	base    rune // the last character with a picture of its own; 0 if none is next to it
	dressed bool // a selector or a skin tone follows it
	joined  bool // a joiner does
	joins   int  // the joiners before it
	marks   int  // the marks that follow it
}

// shows reports whether a character is written as it is, and takes it in. rest follows it.
func (c *before) shows(r rune, rest string, hidden func(rune) bool) bool {
	shown := true
	switch {
	case r == joiner:
		next, _ := utf8.DecodeRuneInString(rest)
		shown = c.joins < maxJoins && isPictograph(c.base) && isPictograph(next)
		c.joins++
		c.joined = true
	case r == emojiSelector || r == textSelector:
		shown = !c.dressed && !c.joined && (isPictograph(c.base) || isKey(c.base, rest))
		c.dressed = true
	case hidden(r):
		shown = false
	case isSkinTone(r) || unicode.Is(unicode.M, r):
		if c.marks++; c.marks > maxMarks {
			c.base = 0
			return false // like all marks that follow
		}
		c.dressed = true
		if !isSkinTone(r) {
			c.base = 0
		}
	case c.joined:
		*c = before{base: r, joins: c.joins}
	default:
		*c = before{base: r}
	}
	if !shown {
		*c = before{}
	}
	return shown
}

// isKey reports whether a character is that of a key: then the selector for color is
// between it and the key.
func isKey(r rune, rest string) bool {
	next, _ := utf8.DecodeRuneInString(rest)
	return next == keycap && (r == '#' || r == '*' || '0' <= r && r <= '9')
}

func isSkinTone(r rune) bool { return '\U0001f3fb' <= r && r <= '\U0001f3ff' }

// isPictograph reports whether a character is one that a joiner joins to an emoji, but
// none that joins every character before it.
func isPictograph(r rune) bool {
	const first = '\u00a9'
	return r >= first && isCluster(string([]rune{first, joiner, r})) && !isCluster(string([]rune{'a', r}))
}

// isCluster reports whether a text is one for its readers.
func isCluster(text string) bool { return graphemes.FromString(text).First() == text }
