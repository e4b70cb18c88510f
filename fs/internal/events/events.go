// Package events owns the stream that tells readers what becomes of downloads:
// who listens, what each was told last, and how the lines look.
//
// It must never know the kernel's protocol or which folder shows a track: package
// fs makes the text of a line's path.
//
// Open events.go first, which is the door; subscriber.go decides what a reader is
// told and when, line.go is the format.
package events

import (
	"bytes"
	"context"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/members"
)

// lostLine says that changes are missing here.
const lostLine = `{"lost":true}` + "\n"

// A Hub passes changes on to every stream. Make it with [NewHub].
type Hub struct {
	active      func() []fetch.Status
	subscribers members.Set[*subscriber]
}

// NewHub returns a hub without streams. active returns every download that is
// neither idle nor complete.
func NewHub(active func() []fetch.Status) *Hub { return &Hub{active: active} }

// IsActive reports whether a state is neither idle nor complete.
func IsActive(s fetch.State) bool { return s != fetch.Idle && s != fetch.Complete }

// Changed passes on a change of a state. It returns at once.
func (h *Hub) Changed(now fetch.Status) {
	h.subscribers.Each(func(one *subscriber) { one.changed(now) })
}

// Subscribe opens a stream. prepare is called before the first line, and lines
// writes statuses as lines.
func (h *Hub) Subscribe(prepare func(), lines func([]fetch.Status) []byte) *Stream {
	s := &Stream{hub: h, from: newSubscriber(h.active), prepare: prepare, lines: lines, turn: make(chan struct{}, 1)}
	h.subscribers.Add(s.from)
	return s
}

// A Stream is the events as one reader reads them: whole lines. It begins with a
// line for every active download. From then on there is one for every change of a
// state, and while a download moves one every half a second. A reader so slow
// that changes were not kept gets a line that says so, and how everything stands.
type Stream struct {
	hub     *Hub
	from    *subscriber
	prepare func()
	lines   func([]fetch.Status) []byte

	turn  chan struct{} // holds one element while a read is served; guards what follows
	rest  []byte        // lines that were not read yet
	begun bool
}

// Read waits for news and copies as many whole lines to dest as fit, or a part
// of one that fits in no case.
func (s *Stream) Read(ctx context.Context, dest []byte) (int, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	if len(s.rest) == 0 {
		if err := s.fillLocked(ctx); err != nil {
			return 0, err
		}
	}
	n := copy(dest, s.rest)
	if end := bytes.LastIndexByte(s.rest[:n], '\n'); end >= 0 {
		n = end + 1
	}
	s.rest = s.rest[n:]
	return n, nil
}

// fillLocked waits for news and puts them into lines. The caller has the turn.
func (s *Stream) fillLocked(ctx context.Context) error {
	if !s.begun {
		s.prepare()
		s.begun = true
	}
	news, lost, err := s.from.next(ctx)
	if err != nil {
		return err
	}
	if lost {
		s.rest = []byte(lostLine)
	}
	s.rest = append(s.rest, s.lines(news)...)
	return nil
}

// Close ends the stream. No read may be under way.
func (s *Stream) Close() { s.hub.subscribers.Remove(s.from) }
