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

	"github.com/tunesfs/tunesfs/fetch"
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

	// fastest is how many bytes a second a player reads of a track of which neither the
	// duration nor the bit rate is known.
	fastest = 200_000

	// stays is how long after its last read, or after the open where no reads are seen, a
	// handle must be open to be a player's. A copy has closed it by then.
	stays = 5 * time.Second

	// lookEvery and lookAgain are how long nothing is decided for a handle at most, where
	// it does not read, and at least.
	lookEvery = 5 * time.Second
	lookAgain = 500 * time.Millisecond
)

// A Present is how the track stands that a program reads.
type Present struct {
	Size, Held int64 // bytes; Size is -1 while unknown
	Paused     bool
	Comes      float64       // bytes a second; 0 unknown
	Duration   time.Duration // 0 unknown
	BitRate    int           // bits a second; 0 unknown

	fetch.Use
	Whole   bool          // it was complete when opened: the kernel may read it without a word
	Follows bool          // the program played the track before
	Open    time.Duration // since the open
}

// Decide returns how much of the next track to fetch.
func Decide(p Present) Amount {
	switch {
	case p.Paused, p.Size <= 0, !p.plays():
		return Nothing
	case p.Held >= p.Size:
		return All
	case p.Held >= p.Size-p.Size/4 && p.spares():
		return Head
	}
	return Nothing
}

// Again returns when to decide again if the handle is not read before: no later than when
// time alone may have changed the decision.
func Again(p Present) time.Duration {
	wait := lookEvery
	switch {
	case p.Ends && p.Quiet < stays:
		wait = stays - p.Quiet
	case p.Whole && !p.Read && p.Open < p.opens():
		wait = p.opens() - p.Open
	}
	return min(max(wait, lookAgain), lookEvery)
}

// plays reports whether a player reads the track. Some read all of it as fast as it comes,
// and keep it open. Of a copy to a slow disk, too, the pace is the reader's own, but it is
// no player's.
func (p Present) plays() bool {
	switch {
	case p.Ends && p.Quiet >= stays:
		return true
	case p.Plays:
		return p.Pace > 0 && p.Pace <= p.limit() && !p.leaves()
	}
	return p.Whole && !p.Read && p.Open >= p.opens()
}

// leaves reports whether the reader has not read for longer than what it has read lasts, as
// an indexer that leaves the track open.
func (p Present) leaves() bool {
	rate := p.rate()
	return rate > 0 && p.Quiet.Seconds() > float64(p.Next)/rate
}

// opens returns how long a track of which no reads are seen must be open to be played: any
// faster reader would have read all of it.
func (p Present) opens() time.Duration {
	if p.Follows {
		return stays
	}
	return max(stays, time.Duration(float64(p.Size)/p.limit()*float64(time.Second)))
}

// limit returns the pace of the fastest player of the track.
func (p Present) limit() float64 {
	if rate := p.rate(); rate > 0 {
		return hurry * rate
	}
	return fastest
}

// rate returns how many bytes a second of the track are played, or 0.
func (p Present) rate() float64 {
	switch {
	case p.Duration > 0 && p.Size > 0:
		return float64(p.Size) / p.Duration.Seconds()
	case p.BitRate > 0:
		return float64(p.BitRate) / 8
	}
	return 0
}

// spares reports whether the rest of the track comes before it is played, were it to come at
// half the rate. What was read counts as played.
func (p Present) spares() bool {
	rate := p.rate()
	if rate <= 0 {
		rate = max(p.Pace, 1)
	}
	return 2*float64(p.Size-p.Held)/p.Comes <= float64(p.Size-p.Next)/rate // at no rate, never
}

// A gauge measures how fast the bytes of a track come.
type gauge struct {
	before, last time.Time
	was, is      int64 // bytes held then
}

// gaugedFor is for how long a gauge measures at least.
const gaugedFor = 2 * time.Second

// note notes how many bytes are held, and returns how many come in a second, or 0 where that
// is not known yet.
func (g *gauge) note(held int64, now time.Time) float64 {
	if g.last.IsZero() || now.Sub(g.last) >= gaugedFor {
		g.before, g.was = g.last, g.is
		g.last, g.is = now, held
	}
	if g.before.IsZero() {
		return 0
	}
	return max(float64(held-g.was)/now.Sub(g.before).Seconds(), 0)
}

// A Track is one of a folder.
type Track struct{ ID, Name string }

// After returns the track that a player reads after the present one, and in which of the
// folders that show that: the next of the folder's order, or of the order of names, where
// the player came to the present one by that. Else it is the next of the first folder's
// order. before is the one that was played before, if any. ok is false at the end.
func After(folders [][]Track, before, present string) (next Track, in int, ok bool) {
	for in, folder := range folders {
		if leads(folder, before, present) {
			return follows(folder, in, present)
		}
		if named := slices.SortedFunc(slices.Values(folder), byName); leads(named, before, present) {
			return follows(named, in, present)
		}
	}
	if len(folders) == 0 {
		return Track{}, 0, false
	}
	return follows(folders[0], 0, present)
}

func byName(a, b Track) int { return cmp.Compare(a.Name, b.Name) }

// follows returns the track that comes next after present in a folder.
func follows(folder []Track, in int, present string) (next Track, _ int, ok bool) {
	i := index(folder, present)
	if i < 0 || i+1 >= len(folder) {
		return Track{}, 0, false
	}
	return folder[i+1], in, true
}

// leads reports whether present comes next after before.
func leads(folder []Track, before, present string) bool {
	i := index(folder, before)
	return i >= 0 && i+1 < len(folder) && folder[i+1].ID == present
}

func index(folder []Track, id string) int {
	return slices.IndexFunc(folder, func(t Track) bool { return t.ID == id })
}
