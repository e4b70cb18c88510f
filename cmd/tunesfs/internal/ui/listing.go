package ui

import (
	"cmp"
	"iter"
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
	pane
	entries []client.Entry
	shown   []int // those that the filter lets through, sorted

	filter string
	sort   sorting
	rank   func(path string) int // of the state, for byState
}

// newListing returns a listing of so many lines. The cursor goes to the path want when that
// comes.
func newListing(height int, want string, sort sorting, rank func(path string) int) *listing {
	l := &listing{sort: sort, rank: rank}
	l.pane = newPane(l, height)
	l.want = want
	return l
}

// count implements rows.
func (l *listing) count() int { return len(l.shown) }

// row implements rows.
func (l *listing) row(i int) row { return entryRow(l.entries[l.shown[i]]) }

// all implements rows.
func (l *listing) all() iter.Seq[row] {
	return func(yield func(row) bool) {
		for _, e := range l.entries {
			if !yield(entryRow(e)) {
				return
			}
		}
	}
}

// add takes in entries that have come.
func (l *listing) add(batch []client.Entry) {
	first := len(l.entries)
	l.entries = append(l.entries, batch...)
	if l.sort != byCatalog {
		l.arrange()
	} else {
		for i := range batch {
			if l.lets(batch[i]) {
				l.shown = append(l.shown, first+i)
			}
		}
	}
	if l.want == "" {
		return
	}
	if i := l.index(l.want); i >= 0 {
		l.moveTo(i)
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
func (l *listing) setFilter(text string) {
	l.filter = strings.ToLower(strings.TrimSpace(text))
	l.arrange()
}

// resort changes to the next order.
func (l *listing) resort() {
	l.sort = (l.sort + 1) % sortings
	l.arrange()
}

// arrange filters and sorts all entries. The cursor stays on its entry.
func (l *listing) arrange() {
	path := l.path()
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
	l.fit(l.height)
}
