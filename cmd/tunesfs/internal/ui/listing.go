package ui

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// A sorting is an order of a listing. It needs no attributes: reading them would take long
// in a folder of many tracks.
type sorting int

const (
	byCatalog sorting = iota // as the mount lists them
	byName
	byState // downloads that move first
	sortings
)

func (s sorting) String() string { return [...]string{"the catalog's order", "by name", "by state"}[s] }

// A listing is the entries of one folder that have come.
type listing struct {
	number  int    // of the request that lists it
	folder  string // its path
	title   string // of a search that is not made yet
	entries []client.Entry
	shown   []int // those that the filter lets through, sorted
	loading bool
	err     error
	search  *search // nil once all its results have come

	scroll
	want  string          // a path that the cursor goes to when it comes
	marks map[string]bool // paths

	filter string
	sort   sorting
	rank   func(path string) int // of the state, for byState
}

func newListing(number int, folder string) *listing {
	return &listing{number: number, folder: folder, loading: true, marks: map[string]bool{}}
}

// add takes in entries that have come.
func (l *listing) add(batch []client.Entry, height int) {
	first := len(l.entries)
	l.entries = append(l.entries, batch...)
	if l.sort != byCatalog {
		l.arrange(height)
	} else {
		for i := range batch {
			if l.lets(batch[i]) {
				l.shown = append(l.shown, first+i)
			}
		}
	}
	l.findWanted(height)
}

// findWanted puts the cursor where it was when the folder was left.
func (l *listing) findWanted(height int) {
	if l.want == "" {
		return
	}
	if i := l.index(l.want); i >= 0 {
		l.want = ""
		l.moveTo(i, len(l.shown), height)
	}
}

// index returns the row of a path, or -1.
func (l *listing) index(path string) int {
	return slices.IndexFunc(l.shown, func(i int) bool { return l.entries[i].Path == path })
}

// lets reports whether the filter shows an entry: it has all words.
func (l *listing) lets(e client.Entry) bool {
	if l.filter == "" {
		return true
	}
	name := strings.ToLower(e.Name)
	for word := range strings.FieldsSeq(l.filter) {
		if !strings.Contains(name, word) {
			return false
		}
	}
	return true
}

// setFilter shows the entries that have all words of a text.
func (l *listing) setFilter(text string, height int) {
	l.filter = strings.ToLower(strings.TrimSpace(text))
	l.arrange(height)
}

// arrange filters and sorts all entries. The cursor stays on its entry.
func (l *listing) arrange(height int) {
	path := l.current()
	l.shown = l.shown[:0]
	for i, e := range l.entries {
		if l.lets(e) {
			l.shown = append(l.shown, i)
		}
	}
	switch l.sort {
	case byName:
		names := make([]string, len(l.entries))
		for _, i := range l.shown {
			names[i] = strings.ToLower(l.entries[i].Name)
		}
		slices.SortStableFunc(l.shown, func(a, b int) int { return cmp.Compare(names[a], names[b]) })
	case byState:
		ranks := make([]int, len(l.entries))
		for _, i := range l.shown {
			ranks[i] = l.rank(l.entries[i].Path)
		}
		slices.SortStableFunc(l.shown, func(a, b int) int { return cmp.Compare(ranks[a], ranks[b]) })
	}
	if i := l.index(path); i >= 0 {
		l.cursor = i
	}
	l.fit(len(l.shown), height)
}

// current returns the path of the row with the cursor, or "".
func (l *listing) current() string {
	if l.cursor < len(l.shown) {
		return l.entries[l.shown[l.cursor]].Path
	}
	return ""
}
