package listing

import (
	"sync/atomic"

	"golang.org/x/text/unicode/norm"

	"github.com/tunesfs/tunesfs/catalog"
)

// A View is a listing with its names and ids to look up. But for Sized it does
// not change.
type View struct {
	Listing catalog.Listing
	Sized   atomic.Bool // whether the sizes of its tracks were asked for

	tracks  map[string]int // index into Listing.Tracks by name
	folders map[string]int // index into Listing.Folders by name
	ids     map[string]int // index into Listing.Tracks by id
}

func newView(l catalog.Listing) *View {
	v := &View{
		Listing: l,
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

// follows reports whether v is to be shown in place of old, which may be nil: the
// service sent it later. The clock has no say, since it may have been wrong. Of a
// library that numbers nothing, each listing that is not the same one follows.
func (v *View) follows(old *View) bool {
	switch {
	case old == nil:
		return true
	case v.Listing.Sequence != old.Listing.Sequence:
		return v.Listing.Sequence > old.Listing.Sequence
	}
	return v.Listing.Sequence == 0 && !v.Listing.Fetched.Equal(old.Listing.Fetched)
}

// Track returns the track of a name, however its accents are written, or nil.
func (v *View) Track(name string) *catalog.Track {
	if i, ok := find(v.tracks, name); ok {
		return &v.Listing.Tracks[i]
	}
	return nil
}

// find looks up a name as it is, and in NFC as listings have it.
func find(names map[string]int, name string) (int, bool) {
	i, ok := names[name]
	if !ok {
		i, ok = names[norm.NFC.String(name)]
	}
	return i, ok
}

// TrackByID returns the track of an id, or nil.
func (v *View) TrackByID(id string) *catalog.Track {
	if i, ok := v.ids[id]; ok {
		return &v.Listing.Tracks[i]
	}
	return nil
}

// Folder returns the sub-folder of a name, however its accents are written, or nil.
func (v *View) Folder(name string) *catalog.Folder {
	if i, ok := find(v.folders, name); ok {
		return &v.Listing.Folders[i]
	}
	return nil
}

// Changed returns the names of old that v does not have for the same thing: the
// kernel must forget them. old may be nil.
func (v *View) Changed(old *View) []string {
	if old == nil {
		return nil
	}
	var names []string
	for _, t := range old.Listing.Tracks {
		if now := v.Track(t.Name); now == nil || now.ID != t.ID {
			names = append(names, t.Name)
		}
	}
	for _, d := range old.Listing.Folders {
		if now := v.Folder(d.Name); now == nil || now.ID != d.ID {
			names = append(names, d.Name)
		}
	}
	return names
}
