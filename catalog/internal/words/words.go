// Package words owns how text is found by words as people type them: whatever the
// case, with or without accents, and a word's beginning for the word.
//
// It must never know which texts are searched. Everything is in words.go.
package words

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// A Query is the words to look for, folded. One without words finds nothing.
type Query []string

// Parse returns the words of a text.
func Parse(text string) Query { return split(Fold(text)) }

// In reports whether every word of the query is in one of some texts, at least
// as the beginning of a word there.
func (q Query) In(texts ...string) bool {
	have := Parse(strings.Join(texts, " "))
	for _, want := range q {
		if !slices.ContainsFunc(have, func(word string) bool { return within(word, want) }) {
			return false
		}
	}
	return len(q) > 0
}

// within reports whether a word begins with what is wanted or, where words are
// not set apart by spaces, holds it.
func within(word, want string) bool {
	first, _ := utf8.DecodeRuneInString(want)
	if unicode.In(first, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
		return strings.Contains(word, want)
	}
	return strings.HasPrefix(word, want)
}

// Fold takes case and accents away.
func Fold(text string) string {
	if isASCII(text) {
		return strings.ToLower(text)
	}
	accents := runes.Remove(runes.In(unicode.Mn))
	folded, _, err := transform.String(transform.Chain(norm.NFKD, accents, cases.Fold()), text)
	if err != nil {
		return text
	}
	return folded
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
}

func split(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
