package upnext

import (
	"math"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/lifetime"
	"github.com/tunesfs/tunesfs/fs/internal/members"
	"github.com/tunesfs/tunesfs/fs/internal/recent"
)

const (
	// askAgain is how long the next track is not asked for where there is none.
	askAgain = 10 * time.Second

	// expectedFor is how long a player is expected to open the next track.
	expectedFor = time.Hour
)

// Players are the programs that play tracks of a mount. Set all fields before the first
// use.
type Players struct {
	Off  bool // nothing is fetched for anybody
	Life *lifetime.Lifetime

	expected recent.Map[expectation] // by the id of the next track
	ahead    members.Set[*fetch.Prefetch]
}

// An expectation is that a player will open a track.
type expectation struct {
	before  string // the id of the track that it played
	process int    // its id; 0 unknown
	since   time.Time
}

// A Source is an open track.
type Source struct {
	Reader   *fetch.Reader
	Download *fetch.Download
	Process  int           // that opened it; 0 unknown
	Duration time.Duration // 0 unknown
	BitRate  int           // bits a second; 0 unknown

	// Next returns the download of the track after this one, for a player that played
	// the track of the id before, or nil at the end.
	Next func(before string) *fetch.Download
}

// A Handle is an open track, for which the next one may be fetched. It is decided how much
// after reads and, while there are none, by a timer.
type Handle struct {
	players *Players
	Source
	opened  time.Time
	whole   bool   // the track was complete then
	before  string // the id of the track that was played before; "" none
	follows bool   // by the same process

	mu       sync.Mutex // guards what follows
	gauge    gauge
	decided  time.Time   // when it was decided last
	asks     time.Time   // when the next track may be asked for
	timer    *time.Timer // nil if nothing is fetched for anybody
	next     *fetch.Download
	prefetch *fetch.Prefetch
	closed   bool
}

// Open returns the handle of an open track. Close must follow.
func (p *Players) Open(s Source) *Handle {
	h := &Handle{players: p, Source: s, opened: time.Now(), whole: s.Reader.File() != nil}
	e, ok := p.expected.Get(s.Download.Key())
	if ok && time.Since(e.since) < expectedFor {
		h.before, h.follows = e.before, e.process == s.Process && s.Process != 0
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if !p.Off {
		h.timer = time.AfterFunc(lookEvery, func() { p.Life.Start(h.look) })
	}
	return h
}

// Ahead returns what is fetched of next tracks, or rests, by key.
func (p *Players) Ahead() map[string]*fetch.Download {
	all := map[string]*fetch.Download{}
	p.ahead.Each(func(one *fetch.Prefetch) { all[one.Download().Key()] = one.Download() })
	return all
}

// Noticed decides how much of the next track to fetch. Every read calls it.
func (h *Handle) Noticed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := time.Now(); now.Sub(h.decided) >= lookAgain {
		h.decideLocked(now)
	}
}

// look is called by the timer.
func (h *Handle) look() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.decideLocked(time.Now())
}

// decideLocked decides, and sets the timer for the next time.
func (h *Handle) decideLocked(now time.Time) {
	if h.closed || h.players.Off {
		return
	}
	h.decided = now
	p := h.presentLocked(now)
	switch Decide(p) {
	case Head:
		h.wantLocked(HeadLen, now)
	case All:
		h.wantLocked(math.MaxInt64, now)
	}
	h.timer.Reset(Again(p))
}

// presentLocked returns how the track stands.
func (h *Handle) presentLocked(now time.Time) Present {
	st := h.Download.Status()
	return Present{Size: st.Size, Held: st.Held, Paused: st.State == fetch.Paused, Comes: h.gauge.note(st.Held, now),
		Duration: h.Duration, BitRate: h.BitRate, Use: h.Reader.Use(),
		Whole: h.whole, Follows: h.follows, Open: now.Sub(h.opened)}
}

// wantLocked has the next track be fetched up to end. One that is complete or under way is
// expected all the same.
func (h *Handle) wantLocked(end int64, now time.Time) {
	if h.next == nil && !now.Before(h.asks) {
		h.next, h.asks = h.Next(h.before), now.Add(askAgain)
	}
	if h.next == nil {
		return
	}
	h.players.expected.Put(h.next.Key(), expectation{h.Download.Key(), h.Process, now})
	if h.prefetch == nil && h.next.Status().State == fetch.Idle {
		h.prefetch = h.next.Prefetch(h.Download, h.opened)
		h.players.ahead.Add(h.prefetch)
	}
	if h.prefetch != nil {
		h.prefetch.Want(end)
	}
}

// Close ends what the handle had fetched. It may be called again.
func (h *Handle) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	if h.timer != nil {
		h.timer.Stop()
	}
	if h.prefetch != nil {
		h.prefetch.Close()
		h.players.ahead.Remove(h.prefetch)
		h.prefetch = nil
	}
}
