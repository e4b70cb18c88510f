package fs

import (
	"maps"
	"slices"

	"github.com/tunesfs/tunesfs/catalog"
)

// A recaller is a Library that tells what it keeps of a query or a folder. It asks no
// service, and reports false where it keeps nothing.
type recaller interface {
	RecallSearch(query string) (catalog.Listing, bool)
	RecallList(folder string) (catalog.Listing, bool)
}

// maxRecalled is how many folders are looked into to find a track.
const maxRecalled = 10_000

// keeps reports whether a folder that can be reached shows a track, also one that nobody
// has looked at in this mount. It reports true where there are too many to tell.
func (t *tree) keeps(id string) bool {
	found := false
	whole := t.recall(maxRecalled, func(tracks []*catalog.Track) bool {
		found = slices.ContainsFunc(tracks, func(t *catalog.Track) bool { return t.ID == id })
		return !found
	}, t.tops()...)
	return found || !whole
}

// recall visits tops and the folders below them, up to a number of folders, with the tracks that each shows: by the
// last listing, and where that is not in memory by what the library keeps. It asks no
// service. It ends early where visit returns false, and reports whether it visited all.
func (t *tree) recall(left int, visit func([]*catalog.Track) (more bool), tops ...place) (whole bool) {
	seen := map[string]bool{}
	var below []string
	look := func(l catalog.Listing, hidden map[string]bool) bool {
		for _, d := range without(hidden, l.Folders, folderID) {
			if !seen[d.ID] {
				seen[d.ID] = true
				below = append(below, d.ID)
			}
		}
		left--
		return visit(without(hidden, l.Tracks, trackID)) && left > 0
	}
	for _, top := range tops {
		if !look(top.folder.recalled(), top.folder.hiddenIDs()) {
			return false
		}
	}
	for ; len(below) > 0; below = below[1:] {
		if !look(t.recalledFolder(below[0])) {
			return false
		}
	}
	return true
}

// recalledFolder returns recalled and hiddenIDs of a folder of the catalog's own, which may have
// no node.
func (t *tree) recalledFolder(id string) (catalog.Listing, map[string]bool) {
	if f := t.met(id); f != nil {
		return f.recalled(), f.hiddenIDs()
	}
	l, _ := t.folderCalls(id).Recall()
	return l, t.fs.saved.hidden(folderKind.key(id))
}

// recalled returns the last listing: that in memory, else what the library keeps, which may
// be nothing.
func (f *folderNode) recalled() catalog.Listing {
	if v, _ := f.lister.Current(); v != nil {
		return v.Listing
	}
	l, _ := f.lister.Recall()
	return l
}

// hiddenIDs returns what was removed from the folder.
func (f *folderNode) hiddenIDs() map[string]bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.hidden)
}
