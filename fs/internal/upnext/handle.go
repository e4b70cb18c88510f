package upnext

import (
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/lifetime"
	"github.com/tunesfs/tunesfs/fs/internal/recent"
)

const (
	// decideEvery is how often it is decided for a handle at most.
	decideEvery = 500 * time.Millisecond

	// askAgain is how long nothing is decided where there is no next track.
	askAgain = 10 * time.Second

	// followsAfter is how long a track that a player was expected to open must be open to
	// be played, where its reads are the kernel's own.
	followsAfter = 5 * time.Second

	// expectedFor is how long a player is expected to open the next track.
	expectedFor = time.Hour
)

// Players are the programs that play tracks of a mount. Set all fields before the first
// use.
type Players struct {
	Off  bool // nothing is fetched for anybody
	Life *lifetime.Lifetime

	expected recent.Map[expectation] // by the id of the next track
}

// An expectation is that a player will open a track.
type expectation struct {
	before string // the id of the track that it played
	since  time.Time
}

// A Source is an open track.
type Source struct {
	Reader   *fetch.Reader
	Download *fetch.Download
	Duration time.Duration // 0 unknown

	// Next returns the download of the track after this one, for a player that played
	// the track of the id before, or nil.
	Next func(before string) *fetch.Download
}

// A Handle is an open track, for which the next one may be fetched.
type Handle struct {
	players *Players
	Source
	before string // the id of the track that was played before; "" none

	mu       sync.Mutex // guards what follows
	follows  bool       // it is the track that a player was expected to open, and stays open
	decided  time.Time  // when it was decided last
	prefetch *fetch.Prefetch
	timer    *time.Timer // nil if there is none
	closed   bool
}

// Open returns the handle of an open track. Close must follow.
func (p *Players) Open(s Source) *Handle {
	h := &Handle{players: p, Source: s}
	e, ok := p.expected.Get(s.Download.Key())
	if ok && time.Since(e.since) < expectedFor {
		h.before = e.before
		if s.Reader.File() != nil && !p.Off {
			h.timer = time.AfterFunc(followsAfter, func() { p.Life.Start(h.stays) })
		}
	}
	return h
}

// stays decides after a track that a player was expected to open stayed open.
func (h *Handle) stays() {
	h.mu.Lock()
	h.follows = true
	h.mu.Unlock()
	h.Noticed()
}

// Noticed decides how much of the next track to fetch. Every read calls it.
func (h *Handle) Noticed() {
	if h.players.Off {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	if h.closed || now.Sub(h.decided) < decideEvery {
		return
	}
	h.decided = now
	switch Decide(h.present()) {
	case Head:
		h.wantLocked(HeadLen)
	case All:
		h.wantLocked(1 << 62)
	}
}

// present returns how the track stands.
func (h *Handle) present() Present {
	st := h.Download.Status()
	p := Present{Size: st.Size, Held: st.Held, Complete: st.State == fetch.Complete, Duration: h.Duration}
	if p.Pace, p.Plays = h.Reader.Plays(); !p.Plays && h.follows {
		p.Plays, p.Pace = true, 0
	}
	return p
}

// wantLocked has the next track be fetched up to end.
func (h *Handle) wantLocked(end int64) {
	if h.prefetch == nil {
		next := h.Next(h.before)
		if next == nil {
			h.decided = h.decided.Add(askAgain)
			return
		}
		h.players.expected.Put(next.Key(), expectation{h.Download.Key(), time.Now()})
		h.prefetch = next.Prefetch(h.Download, time.Now())
	}
	h.prefetch.Want(end)
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
		h.prefetch = nil
	}
}
