package demo

import (
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/catalog/internal/words"
)

// everything are the terms that find all tunes.
var everything = []string{"", "*", "all", "demo"}

// search returns the tunes in whose title, artist, album, genre or origin every
// word of term is found, at least as the beginning of a word there.
func (l *library) search(term string) []*tune {
	if slices.Contains(everything, words.Fold(strings.TrimSpace(term))) {
		return l.tunes
	}
	wanted := words.Parse(term)
	var found []*tune
	for _, t := range l.tunes {
		if wanted.In(t.Title, t.Composer, t.Book, t.Group, t.Origin) {
			found = append(found, t)
		}
	}
	return found
}
