package cached

import (
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
)

// maxGone is how many names of tracks that a listing no longer has are kept for
// them, in case they come back.
const maxGone = 10_000

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
	last map[string]int // the number last given to tracks that ask for a name
}

// assignNames sets the names in l. A track or folder that had a name in old or
// in gone keeps it, whatever its title is now, unless its kind of file changed.
// assignNames returns the names to remember for those that l lacks, the longest
// absent first.
func assignNames(l catalog.Listing, numbered bool, old catalog.Listing, gone []binding) []binding {
	past := append(gone[:len(gone):len(gone)], bindingsOf(old)...)
	a := newNameAllocator(past)
	for i, f := range l.Folders {
		l.Folders[i].Name = a.name(entity{true, f.ID}, catalog.FolderBase(f))
	}
	for i, t := range l.Tracks {
		l.Tracks[i].Name = a.name(entity{false, t.ID}, catalog.TrackBase(t, numbered))
	}
	return absent(past, l)
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
		last: map[string]int{},
	}
	for _, p := range past {
		a.held[entity{p.Folder, p.ID}] = p.Name
		a.used[p.Name] = true
	}
	return a
}

// name returns the name that e has, or the next free one of those it may have.
// It goes on counting where it last stopped, so that 100,000 equal titles do
// not cost their square.
func (a *nameAllocator) name(e entity, want catalog.BaseName) string {
	if name, ok := a.held[e]; ok && strings.HasSuffix(name, want.Ext) {
		return name
	}
	first := want.Nth(1)
	for {
		a.last[first]++
		name := want.Nth(a.last[first])
		if !a.used[name] && !catalog.Reserved(name) {
			a.used[name] = true
			return name
		}
	}
}

// absent returns those of past that l does not have, at most maxGone of them.
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
	return gone[max(0, len(gone)-maxGone):]
}
