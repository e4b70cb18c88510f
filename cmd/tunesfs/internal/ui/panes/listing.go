package panes

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// An Order is an order of a listing. It needs no attributes: reading them would take long
// in a folder of many tracks.
type Order int

// The orders.
const (
	ByCatalog Order = iota // as the mount lists them
	byName
	byState // downloads that move first
	orders
)

// String names the order.
func (s Order) String() string { return [...]string{"the catalog's order", "by name", "by state"}[s] }

// A Listing is the entries of one folder that have come.
type Listing struct {
	Pane
	Entries []client.Entry
	shown   []int // those that the filter lets through, sorted

	Filter string
	Sort   Order
	rank   func(path string) int // of the state, for byState
}

// NewListing returns a listing of so many lines. The cursor goes to the path want when that
// comes.
func NewListing(height int, want string, sort Order, rank func(path string) int) *Listing {
	l := &Listing{Sort: sort, rank: rank}
	l.Pane = NewPane(l, height)
	l.Want = want
	return l
}

// Count implements Rows.
func (l *Listing) Count() int { return len(l.shown) }

// Row implements Rows.
func (l *Listing) Row(i int) Row { return entryRow(l.Entries[l.shown[i]]) }

// All implements Rows.
func (l *Listing) All() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for _, e := range l.Entries {
			if !yield(entryRow(e)) {
				return
			}
		}
	}
}

// Add takes in entries that have come.
func (l *Listing) Add(batch []client.Entry) {
	first := len(l.Entries)
	l.Entries = append(l.Entries, batch...)
	if l.Sort != ByCatalog {
		l.arrange()
	} else {
		for i := range batch {
			if l.lets(batch[i]) {
				l.shown = append(l.shown, first+i)
			}
		}
	}
	if l.Want == "" {
		return
	}
	if i := l.index(l.Want); i >= 0 {
		l.MoveTo(i)
	}
}

// index returns the row of a path, or -1.
func (l *Listing) index(path string) int {
	return slices.IndexFunc(l.shown, func(i int) bool { return l.Entries[i].Path == path })
}

// lets reports whether the filter shows an entry: it has all words.
func (l *Listing) lets(e client.Entry) bool {
	if l.Filter == "" {
		return true
	}
	name := strings.ToLower(e.Name)
	for word := range strings.FieldsSeq(l.Filter) {
		if !strings.Contains(name, word) {
			return false
		}
	}
	return true
}

// SetFilter shows the entries that have all words of a text.
func (l *Listing) SetFilter(text string) {
	l.Filter = strings.ToLower(strings.TrimSpace(text))
	l.arrange()
}

// Resort changes to the next order.
func (l *Listing) Resort() {
	l.Sort = (l.Sort + 1) % orders
	l.arrange()
}

// arrange filters and sorts all entries. The cursor stays on its entry.
func (l *Listing) arrange() {
	path := l.Path()
	l.shown = l.shown[:0]
	for i, e := range l.Entries {
		if l.lets(e) {
			l.shown = append(l.shown, i)
		}
	}
	switch l.Sort {
	case byName:
		names := make([]string, len(l.Entries))
		for _, i := range l.shown {
			names[i] = strings.ToLower(l.Entries[i].Name)
		}
		slices.SortStableFunc(l.shown, func(a, b int) int { return cmp.Compare(names[a], names[b]) })
	case byState:
		ranks := make([]int, len(l.Entries))
		for _, i := range l.shown {
			ranks[i] = l.rank(l.Entries[i].Path)
		}
		slices.SortStableFunc(l.shown, func(a, b int) int { return cmp.Compare(ranks[a], ranks[b]) })
	}
	if i := l.index(path); i >= 0 {
		l.Cursor = i
	}
	l.Fit(l.Height)
}
