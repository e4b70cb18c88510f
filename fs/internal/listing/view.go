package listing

import (
	"fmt"
	"hash/maphash"
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
	print   uint64         // of what its folders and tracks look like; 0 without folders
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
	v.print = printOf(l)
	return v
}

var printSeed = maphash.MakeSeed()

// printOf returns a number that is the same for listings that look the same: their
// folders and tracks have the same titles, sizes and times, whatever their ids. It
// is 0 for a listing without folders.
func printOf(l catalog.Listing) uint64 {
	if len(l.Folders) == 0 {
		return 0
	}
	var h maphash.Hash
	h.SetSeed(printSeed)
	for _, d := range l.Folders {
		fmt.Fprintf(&h, "%q %d\n", d.Title, d.Modified.UnixNano())
	}
	for _, t := range l.Tracks {
		fmt.Fprintf(&h, "%q %q %q %d %d\n", t.Title, t.File, t.Ext, t.Size, t.Modified.UnixNano())
	}
	return h.Sum64() | 1
}

// HasFolders reports whether a view has folders. It may have been dropped.
func (v *View) HasFolders() bool { return v.print != 0 }

// LooksLike reports whether two views show folders and tracks of the same titles,
// sizes and times. It is false if there are no folders. other may be nil, and both
// may have been dropped.
func (v *View) LooksLike(other *View) bool {
	return other != nil && v.print != 0 && v.print == other.print
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
