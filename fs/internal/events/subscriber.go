package events

import (
	"context"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
)

const (
	// progressEvery is how far apart progress is reported.
	progressEvery = 500 * time.Millisecond

	// maxBacklog is how many changes of state wait for a subscriber.
	maxBacklog = 1024
)

// A subscriber learns what becomes of downloads when it asks. It is behind until
// it has asked once, and again when more happened than is kept for it: then it
// learns how everything stands. While it is behind nothing is kept for it.
type subscriber struct {
	active func() []fetch.Status // all that is neither idle nor complete
	notify chan struct{}

	mu      sync.Mutex // guards backlog and behind
	backlog []fetch.Status
	behind  bool

	// The rest belongs to who asks.
	began    bool
	reported map[string]fetch.Status // the last status reported of each active download
	due      time.Time               // when progress may be reported next
}

func newSubscriber(active func() []fetch.Status) *subscriber {
	return &subscriber{active: active, notify: make(chan struct{}, 1), behind: true}
}

// changed notes a change of a state.
func (s *subscriber) changed(now fetch.Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.behind {
		return
	}
	if len(s.backlog) == maxBacklog {
		s.backlog, s.behind = nil, true
	} else {
		s.backlog = append(s.backlog, now)
	}
	select {
	case s.notify <- struct{}{}:
	default:
	}
}

func (s *subscriber) take() (backlog []fetch.Status, behind bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	backlog, behind = s.backlog, s.behind
	s.backlog, s.behind = nil, false
	return backlog, behind
}

// next waits for news: changes of state in their order, then progress. With
// lost, changes before them were not kept, and the news are how everything
// stands, as they are the first time. It is for one caller at a time.
func (s *subscriber) next(ctx context.Context) (news []fetch.Status, lost bool, err error) {
	for {
		backlog, behind := s.take()
		if behind {
			lost = s.began
			news = s.catchUp()
		}
		for _, st := range backlog {
			if last, ok := s.reported[st.Key]; !ok || last.State != st.State {
				news = append(news, st)
				s.note(st)
			}
		}
		news = append(news, s.progress()...)
		if lost || len(news) > 0 {
			return news, lost, nil
		}
		if err := s.wait(ctx); err != nil {
			return nil, false, err
		}
	}
}

func (s *subscriber) catchUp() []fetch.Status {
	s.began = true
	s.reported = map[string]fetch.Status{}
	s.due = time.Now().Add(progressEvery)
	news := s.active()
	for _, st := range news {
		s.note(st)
	}
	return news
}

func (s *subscriber) note(st fetch.Status) {
	if IsActive(st.State) {
		s.reported[st.Key] = st
	} else {
		delete(s.reported, st.Key)
	}
}

// progress returns what has moved since it was last reported, if that is due.
func (s *subscriber) progress() (news []fetch.Status) {
	if !s.moving() || time.Now().Before(s.due) {
		return nil
	}
	s.due = time.Now().Add(progressEvery)
	for _, st := range s.active() {
		last := s.reported[st.Key]
		if st.State == fetch.Downloading && last.State == st.State && last.Held != st.Held {
			news = append(news, st)
			s.note(st)
		}
	}
	return news
}

// moving reports whether there may be progress to report.
func (s *subscriber) moving() bool {
	for _, st := range s.reported {
		if st.State == fetch.Downloading {
			return true
		}
	}
	return false
}

// wait waits for a change or, where something moves, until progress is due.
func (s *subscriber) wait(ctx context.Context) error {
	var due <-chan time.Time
	if s.moving() {
		timer := time.NewTimer(time.Until(s.due))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-s.notify:
	case <-due:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}
