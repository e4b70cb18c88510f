package demo

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// everything are the terms that find all tunes.
var everything = []string{"", "*", "all", "demo"}

// search returns the tunes in whose title, artist, album, genre or origin every
// word of term is found, at least as the beginning of a word there.
func (l *library) search(term string) []*tune {
	folded := fold(strings.TrimSpace(term))
	if slices.Contains(everything, folded) {
		return l.tunes
	}
	wanted := words(folded)
	if len(wanted) == 0 {
		return nil
	}
	var found []*tune
	for _, t := range l.tunes {
		if t.matches(wanted) {
			found = append(found, t)
		}
	}
	return found
}

func (t *tune) matches(wanted []string) bool {
	have := words(fold(strings.Join([]string{t.Title, t.Composer, t.Book, t.Group, t.Origin}, " ")))
	for _, w := range wanted {
		if !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return true
}

// fold takes case and accents away.
func fold(text string) string {
	accents := runes.Remove(runes.In(unicode.Mn))
	folded, _, err := transform.String(transform.Chain(norm.NFKD, accents, cases.Fold()), text)
	if err != nil {
		return text
	}
	return folded
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
