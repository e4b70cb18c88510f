package fs

import (
	"sync/atomic"

	"github.com/tunesfs/tunesfs/catalog"
)

// A view is a listing with its names and ids to look up. It does not change.
type view struct {
	listing catalog.Listing
	tracks  map[string]int // index into listing.Tracks by name
	folders map[string]int // index into listing.Folders by name
	ids     map[string]int // index into listing.Tracks by id

	sized atomic.Bool // its sizes were asked for
}

func newView(l catalog.Listing) *view {
	v := &view{
		listing: l,
		tracks:  make(map[string]int, len(l.Tracks)),
		folders: make(map[string]int, len(l.Folders)),
		ids:     make(map[string]int, len(l.Tracks)),
	}
	for i, t := range l.Tracks {
		v.tracks[t.Name] = i
		v.ids[t.ID] = i
	}
	for i, d := range l.Folders {
		v.folders[d.Name] = i
	}
	return v
}

// named returns the track of a name, or nil.
func (v *view) named(name string) *catalog.Track {
	if i, ok := v.tracks[name]; ok {
		return &v.listing.Tracks[i]
	}
	return nil
}

// byID returns the track of an id, or nil.
func (v *view) byID(id string) *catalog.Track {
	if i, ok := v.ids[id]; ok {
		return &v.listing.Tracks[i]
	}
	return nil
}

// folder returns the sub-folder of a name, or nil.
func (v *view) folder(name string) *catalog.Folder {
	if i, ok := v.folders[name]; ok {
		return &v.listing.Folders[i]
	}
	return nil
}

// changed returns the names of old that v does not have for the same thing: the
// kernel must forget them. old may be nil.
func (v *view) changed(old *view) []string {
	if old == nil {
		return nil
	}
	var names []string
	for _, t := range old.listing.Tracks {
		if now := v.named(t.Name); now == nil || now.ID != t.ID {
			names = append(names, t.Name)
		}
	}
	for _, d := range old.listing.Folders {
		if now := v.folder(d.Name); now == nil || now.ID != d.ID {
			names = append(names, d.Name)
		}
	}
	return names
}
