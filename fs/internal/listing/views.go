package listing

import (
	"slices"
	"sync"
	"time"
	"unsafe"

	"github.com/tunesfs/tunesfs/fs/internal/lifetime"
)

// settle is how long a view stays in memory after it was used: most often the next
// use, such as a lookup after an open, comes within that.
const settle = time.Second

// Views bounds what the views of many listers take in memory: those that are not
// in use are dropped, the one that was used least recently first. Make it with
// [NewViews].
type Views struct {
	life *lifetime.Lifetime
	max  int // bytes
	busy func() map[*Lister]bool

	mu       sync.Mutex // guards what follows
	all      map[*Lister]*shownView
	sum      int
	trimming bool // a goroutine is dropping views
}

// A shownView is a view as Views knows it.
type shownView struct {
	bytes int
	used  time.Time
}

// NewViews returns a bound of some bytes. busy returns the listers whose views are in
// use; it may be called at any time.
func NewViews(life *lifetime.Lifetime, bytes int, busy func() map[*Lister]bool) *Views {
	return &Views{life: life, max: bytes, busy: busy, all: map[*Lister]*shownView{}}
}

// put notes the view of a lister, nil for none, and has others dropped where there are
// too many.
func (s *Views) put(l *Lister, v *View) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.all[l]; old != nil {
		s.sum -= old.bytes
		delete(s.all, l)
	}
	if v != nil {
		s.all[l] = &shownView{bytes: v.bytes(), used: time.Now()}
		s.sum += s.all[l].bytes
	}
	if s.sum > s.max && !s.trimming {
		s.trimming = s.life.Start(s.trim)
	}
}

// use notes that the view of a lister is used.
func (s *Views) use(l *Lister) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.all[l]; v != nil {
		v.used = time.Now()
	}
}

// trim drops views until the rest is within the bound. It waits for those that were
// used a moment ago, and leaves those in use until there is another view.
func (s *Views) trim() {
	for {
		busy := s.busy()
		idle, wait := s.idle(busy)
		for _, l := range idle {
			if s.isOver() {
				l.Drop()
			}
		}
		if !s.goOn(wait) || !s.life.Sleep(settle) {
			return
		}
	}
}

// idle returns the listers whose views may be dropped, the one that was used least
// recently first, and whether others may be a moment later.
func (s *Views) idle(busy map[*Lister]bool) (idle []*Lister, wait bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for l, v := range s.all {
		switch {
		case busy[l]:
		case time.Since(v.used) < settle:
			wait = true
		default:
			idle = append(idle, l)
		}
	}
	slices.SortFunc(idle, func(a, b *Lister) int { return s.all[a].used.Compare(s.all[b].used) })
	return idle, wait
}

// Bytes returns about how many bytes all views take.
func (s *Views) Bytes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sum
}

func (s *Views) isOver() bool { return s.Bytes() > s.max }

// goOn reports whether there is more to drop a moment later. Where there is not, the
// goroutine that asks is no longer counted.
func (s *Views) goOn(wait bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trimming = wait && s.sum > s.max
	return s.trimming
}

// bytes returns about what a view takes in memory, with its maps.
func (v *View) bytes() int {
	const (
		index = 64   // an entry of a map
		empty = 1024 // a view without entries, and its lister
	)
	n := empty
	for _, t := range v.Listing.Tracks {
		n += int(unsafe.Sizeof(t)) + t.TextLen() + 2*index
	}
	for _, d := range v.Listing.Folders {
		n += int(unsafe.Sizeof(d)) + d.TextLen() + index
	}
	return n
}

// Drop takes the view of a lister from memory, unless it is in use. What it listed is
// asked of the library when it is needed again.
func (l *Lister) Drop() {
	l.mu.Lock()
	v := l.view
	if v == nil || l.inUseLocked() {
		l.mu.Unlock()
		return
	}
	l.dropped, l.view = v.hollow(), nil
	l.views.put(l, nil)
	l.mu.Unlock()
	if l.left != nil {
		l.left()
	}
}

// InUse reports whether someone needs the view in memory, or a call is under way.
func (l *Lister) InUse() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.inUseLocked()
}

// inUseLocked is InUse for a caller that holds the lock.
func (l *Lister) inUseLocked() bool {
	return l.pins > 0 || l.pending != nil || l.paging != nil || l.behind
}

// Pin keeps the view in memory, the one that there is and those that come, until
// release is called.
func (l *Lister) Pin() (release func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pins++
	l.views.use(l)
	return sync.OnceFunc(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.pins--
		l.views.use(l)
	})
}

// hollow returns what is remembered of a view that is dropped.
func (v *View) hollow() *View {
	h := &View{print: v.print}
	h.Listing.Fetched, h.Listing.Expires, h.Listing.Sequence = v.Listing.Fetched, v.Listing.Expires, v.Listing.Sequence
	return h
}

// IsHollow reports whether a view is what is remembered of one that was dropped.
func (v *View) IsHollow() bool { return v.tracks == nil }

// Last returns the last listing, without its entries where it was dropped, or nil if
// there was none.
func (l *Lister) Last() *View {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lastLocked()
}

// lastLocked is Last for a caller that holds the lock.
func (l *Lister) lastLocked() *View {
	if l.view == nil {
		return l.dropped
	}
	return l.view
}

// IsDropped reports whether there was a listing that is no longer in memory.
func (l *Lister) IsDropped() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.view == nil && l.dropped != nil
}
