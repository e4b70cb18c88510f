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

// A binder gives names within one folder.
type binder struct {
	held map[entity]string
	used map[string]bool
	last map[string]int // the number last given to tracks that ask for a name
}

// bind sets the names in l. Whoever had a name in old, or earlier and left it
// in gone, has the same again, whatever its title is now; only another kind of
// file gets another name. It returns what to remember of those who are not in
// l, the longest absent first.
func bind(l catalog.Listing, numbered bool, old catalog.Listing, gone []binding) []binding {
	past := append(gone[:len(gone):len(gone)], bindingsOf(old)...)
	b := newBinder(past)
	for i, f := range l.Folders {
		l.Folders[i].Name = b.name(entity{true, f.ID}, catalog.FolderBase(f))
	}
	for i, t := range l.Tracks {
		l.Tracks[i].Name = b.name(entity{false, t.ID}, catalog.TrackBase(t, numbered))
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

func newBinder(past []binding) *binder {
	b := &binder{
		held: make(map[entity]string, len(past)),
		used: make(map[string]bool, len(past)),
		last: map[string]int{},
	}
	for _, p := range past {
		b.held[entity{p.Folder, p.ID}] = p.Name
		b.used[p.Name] = true
	}
	return b
}

// name returns the name that e has, or the next free one of those it may have.
// It goes on counting where it last stopped, so that 100,000 equal titles do
// not cost their square.
func (b *binder) name(e entity, want catalog.BaseName) string {
	if name, ok := b.held[e]; ok && strings.HasSuffix(name, want.Ext) {
		return name
	}
	first := want.Nth(1)
	for {
		b.last[first]++
		name := want.Nth(b.last[first])
		if !b.used[name] && !catalog.Reserved(name) {
			b.used[name] = true
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
