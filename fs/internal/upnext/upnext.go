// Package upnext owns the decision what to fetch of the track that comes after the one
// that is played, so that it begins without a gap.
//
// It must never know a node or a listing. Open upnext.go first: it is pure. handle.go has
// the decision be carried out for an open track.
package upnext

import (
	"cmp"
	"slices"
	"time"
)

// An Amount is how much of the next track to fetch.
type Amount int

// The amounts.
const (
	Nothing Amount = iota
	Head           // its first HeadLen bytes
	All
)

// HeadLen is how many bytes of the next track are fetched while the present one still
// downloads.
const HeadLen = 256 << 10

const (
	// hurry is how much faster than it plays a player may read.
	hurry = 2

	// fastest is the pace of a player of a track of which the duration is not known, in
	// bytes a second: more than music without loss has, at 96 kHz.
	fastest = 1 << 20
)

// A Present is how the track stands that a program reads.
type Present struct {
	Size, Held int64         // bytes; Size is -1 while unknown
	Complete   bool          // and nothing more is asked of the server
	Duration   time.Duration // 0 unknown
	Plays      bool          // it is read in sequence, at a pace of the reader's own
	Pace       float64       // bytes a second; 0 unknown
}

// Decide returns how much of the next track to fetch. Of a copy to a slow disk, too, the
// pace is the reader's own, but it is no player's.
func Decide(p Present) Amount {
	switch {
	case !p.Plays, p.Size <= 0, p.Pace > p.limit():
		return Nothing
	case p.Complete:
		return All
	case p.Held >= p.Size-p.Size/4:
		return Head
	}
	return Nothing
}

// limit returns the pace of the fastest player of a track.
func (p Present) limit() float64 {
	if p.Duration <= 0 {
		return fastest
	}
	return hurry * float64(p.Size) / p.Duration.Seconds()
}

// A Track is one of a folder.
type Track struct{ ID, Name string }

// After returns the track that a player reads after the present one: the next of the
// folder's order, or of the order of names where the player came to the present one by
// that. before is the one that was played before, if any. ok is false at the end.
func After(folder []Track, before, present string) (next Track, ok bool) {
	if !leads(folder, before, present) {
		named := slices.SortedFunc(slices.Values(folder), func(a, b Track) int { return cmp.Compare(a.Name, b.Name) })
		if leads(named, before, present) {
			folder = named
		}
	}
	i := index(folder, present)
	if i < 0 || i+1 >= len(folder) {
		return Track{}, false
	}
	return folder[i+1], true
}

// leads reports whether present comes next after before.
func leads(folder []Track, before, present string) bool {
	i := index(folder, before)
	return i >= 0 && i+1 < len(folder) && folder[i+1].ID == present
}

func index(folder []Track, id string) int {
	return slices.IndexFunc(folder, func(t Track) bool { return t.ID == id })
}
