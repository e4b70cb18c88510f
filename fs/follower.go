package fs

import (
	"context"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
)

const (
	// progressEvery is how far apart a follower is told of progress.
	progressEvery = 500 * time.Millisecond

	// maxBacklog is how many changes of state wait for a follower.
	maxBacklog = 1024
)

// A follower learns what becomes of downloads as it asks. It is behind until it
// has asked once, and again when more happened than it is kept: then it learns
// how everything stands. While it is behind nothing is kept for it.
type follower struct {
	active func() []fetch.Status // all that is neither idle nor complete
	wake   chan struct{}

	mu      sync.Mutex // guards backlog and behind
	backlog []fetch.Status
	behind  bool

	// The rest belongs to who asks.
	began bool
	told  map[string]fetch.Status // what was told last of all that is active
	due   time.Time               // when progress may be told next
}

func newFollower(active func() []fetch.Status) *follower {
	return &follower{active: active, wake: make(chan struct{}, 1), behind: true}
}

// changed notes a change of a state.
func (f *follower) changed(now fetch.Status) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.behind {
		return
	}
	if len(f.backlog) == maxBacklog {
		f.backlog, f.behind = nil, true
	} else {
		f.backlog = append(f.backlog, now)
	}
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *follower) take() (backlog []fetch.Status, behind bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	backlog, behind = f.backlog, f.behind
	f.backlog, f.behind = nil, false
	return backlog, behind
}

// next waits for news: changes of state in their order, then progress. With
// lost, changes before them were not kept, and the news are how everything
// stands, as they are the first time. It is for one caller at a time.
func (f *follower) next(ctx context.Context) (news []fetch.Status, lost bool, err error) {
	for {
		backlog, behind := f.take()
		if behind {
			lost = f.began
			news = f.catchUp()
		}
		for _, st := range backlog {
			if last, ok := f.told[st.Key]; !ok || last.State != st.State {
				news = append(news, st)
				f.note(st)
			}
		}
		news = append(news, f.progress()...)
		if lost || len(news) > 0 {
			return news, lost, nil
		}
		if err := f.wait(ctx); err != nil {
			return nil, false, err
		}
	}
}

func (f *follower) catchUp() []fetch.Status {
	f.began = true
	f.told = map[string]fetch.Status{}
	f.due = time.Now().Add(progressEvery)
	news := f.active()
	for _, st := range news {
		f.note(st)
	}
	return news
}

func (f *follower) note(st fetch.Status) {
	if isActive(st.State) {
		f.told[st.Key] = st
	} else {
		delete(f.told, st.Key)
	}
}

// progress returns what has moved since it was told last, if that is due.
func (f *follower) progress() (news []fetch.Status) {
	if !f.moving() || time.Now().Before(f.due) {
		return nil
	}
	f.due = time.Now().Add(progressEvery)
	for _, st := range f.active() {
		last := f.told[st.Key]
		if st.State == fetch.Downloading && last.State == st.State && last.Held != st.Held {
			news = append(news, st)
			f.note(st)
		}
	}
	return news
}

// moving reports whether there may be progress to tell of.
func (f *follower) moving() bool {
	for _, st := range f.told {
		if st.State == fetch.Downloading {
			return true
		}
	}
	return false
}

// wait waits for a change or, where something moves, until progress is due.
func (f *follower) wait(ctx context.Context) error {
	var due <-chan time.Time
	if f.moving() {
		timer := time.NewTimer(time.Until(f.due))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-f.wake:
	case <-due:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}
