package cached

import (
	"context"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
)

// How many names of tracks that a listing no longer has are kept for them, in case
// they come back, and how many bytes these names and identifiers may have.
const (
	maxGone     = 10_000
	maxGoneText = 4 << 20
)

// A binding is a name that belongs to a track or a folder for good.
type binding struct {
	Folder bool   `json:"folder,omitempty"`
	ID     string `json:"id"`
	Name   string `json:"name"`
}

type entity struct {
	folder bool
	id     string
}

// A nameAllocator gives each name within one folder once.
type nameAllocator struct {
	held map[entity]string
	used map[string]bool
	last map[numbering]int // the number last given
}

// A numbering is one row of numbered names: those of one base whose numbers have
// as many digits. Long names are cut further for more digits, so that bases
// which differ in the end come to share their names.
type numbering struct {
	base   catalog.BaseName // cut to what is left of it
	digits int
}

// assignNames sets the names in l. A track or folder that had a name in old or
// in gone keeps it, whatever its title is now, unless its kind of file changed.
// assignNames returns the names to remember for those that l lacks, the longest
// absent first. It fails only if ctx ends.
func assignNames(ctx context.Context, l catalog.Listing, numbered bool, old catalog.Listing, gone []binding) ([]binding, error) {
	past := append(gone[:len(gone):len(gone)], bindingsOf(old)...)
	a := newNameAllocator(past)
	for i, f := range l.Folders {
		if err := interrupted(ctx, i); err != nil {
			return nil, err
		}
		l.Folders[i].Name = a.name(entity{true, f.ID}, catalog.FolderBase(f))
	}
	for i, t := range l.Tracks {
		if err := interrupted(ctx, i); err != nil {
			return nil, err
		}
		l.Tracks[i].Name = a.name(entity{false, t.ID}, catalog.TrackBase(t, numbered))
	}
	return absent(past, l), nil
}

// interrupted returns why ctx has ended, if it has. It looks only at some of the
// rows of a loop, since looking takes a lock.
func interrupted(ctx context.Context, row int) error {
	if row%256 != 0 {
		return nil
	}
	return ctx.Err()
}

func bindingsOf(l catalog.Listing) []binding {
	all := make([]binding, 0, len(l.Folders)+len(l.Tracks))
	for _, f := range l.Folders {
		all = append(all, binding{true, f.ID, f.Name})
	}
	for _, t := range l.Tracks {
		all = append(all, binding{false, t.ID, t.Name})
	}
	return all
}

func newNameAllocator(past []binding) *nameAllocator {
	a := &nameAllocator{
		held: make(map[entity]string, len(past)),
		used: make(map[string]bool, len(past)),
		last: map[numbering]int{},
	}
	for _, p := range past {
		a.held[entity{p.Folder, p.ID}] = p.Name
		a.used[p.Name] = true
	}
	return a
}

// name returns the name that e has, or the next free one of those it may have.
func (a *nameAllocator) name(e entity, want catalog.BaseName) string {
	if name, ok := a.held[e]; ok && strings.HasSuffix(name, want.Ext) {
		return name
	}
	if name := want.Nth(1); a.take(name) {
		return name
	}
	for digits := 1; ; digits++ {
		if name, ok := a.numbered(want, digits); ok {
			return name
		}
	}
}

// numbered returns the next free name whose number has so many digits, if there is
// one. It goes on counting where it last stopped: no number is tried twice in a
// row of names, so that 100,000 titles that are equal, or are equal once they are
// cut, do not cost their square.
func (a *nameAllocator) numbered(want catalog.BaseName, digits int) (string, bool) {
	row := numbering{want.Cut(digits), digits}
	first, end := 2, 10 // the plain name counts as the first
	for range digits - 1 {
		first, end = end, end*10
	}
	for n := max(a.last[row]+1, first); n < end; n++ {
		a.last[row] = n
		if name := row.base.Nth(n); a.take(name) {
			return name, true
		}
	}
	return "", false
}

// take reports whether a name is free, and makes it used.
func (a *nameAllocator) take(name string) bool {
	if a.used[name] || catalog.Reserved(name) {
		return false
	}
	a.used[name] = true
	return true
}

// absent returns those of past that l does not have, as many of the last as are kept.
func absent(past []binding, l catalog.Listing) []binding {
	present := make(map[entity]bool, len(l.Folders)+len(l.Tracks))
	for _, f := range l.Folders {
		present[entity{true, f.ID}] = true
	}
	for _, t := range l.Tracks {
		present[entity{false, t.ID}] = true
	}
	var gone []binding
	for _, p := range past {
		if !present[entity{p.Folder, p.ID}] {
			gone = append(gone, p)
		}
	}
	first, text := len(gone), 0
	for first > max(0, len(gone)-maxGone) {
		b := gone[first-1]
		if text += len(b.ID) + len(b.Name); text > maxGoneText {
			break
		}
		first--
	}
	return slices.Clone(gone[first:])
}
