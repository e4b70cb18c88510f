package client

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/internal/mounts"
)

// A stream that ends while the mount lives is opened again after a while, which grows.
const (
	firstRetry = 500 * time.Millisecond
	lastRetry  = 8 * time.Second
)

// A following is one call of Follow.
type following struct {
	m      *Mount
	health health
	poke   chan struct{} // has the mount be looked at
	events <-chan Event  // of the stream; nil while there is none
	next   time.Time     // when the next stream may be opened
	retry  time.Duration
	told   bool       // that no stream can be opened
	faults chan error // the panics of the goroutines

	searched int64 // the time of the root at the last look; 0 before the first
}

// Follow calls take with each event, from the calling goroutine, until ctx ends, which is
// no error, or the Mount is closed. Events wait while take runs; if more happens than is
// kept, a Reset says how all stands.
func (m *Mount) Follow(ctx context.Context, take func(Event)) error {
	ctx, leave := m.until(ctx)
	var group sync.WaitGroup
	looks := make(chan error)
	f := &following{m: m, health: newHealth(), poke: make(chan struct{}, 1), retry: firstRetry, faults: make(chan error, 2)}
	f.protect(&group, func() { m.health.run(ctx, f.poke, looks) })
	f.protect(&group, func() {
		_ = mounts.Await(ctx, func() bool { // else the next look tells
			f.look()
			return false
		})
	})
	err := f.run(ctx, looks, take)
	leave()
	group.Wait()
	if f.events != nil {
		for range f.events {
			continue // the stream ends with ctx
		}
	}
	return err
}

// protect runs do in a goroutine of a group. A panic of it is the error of Follow.
func (f *following) protect(group *sync.WaitGroup, do func()) {
	group.Go(func() {
		_, err := recovered(func() (struct{}, error) {
			do()
			return struct{}{}, nil
		})
		if err != nil {
			f.faults <- err
		}
	})
}

// run passes on events until ctx ends.
func (f *following) run(ctx context.Context, looks <-chan error, take func(Event)) error {
	for {
		select {
		case <-ctx.Done():
			if errors.Is(context.Cause(ctx), ErrClosed) {
				return ErrClosed
			}
			return nil
		case err := <-f.faults:
			return err
		case err := <-looks:
			if event, changed := f.health.observe(err); changed {
				take(event)
			}
			if err == nil {
				f.compare(take)
				f.open(ctx, take)
			}
		case event, ok := <-f.events:
			if !ok {
				f.ended(time.Now())
				continue
			}
			if event.Kind != Unfollowed {
				f.retry = firstRetry
			}
			take(event)
		}
	}
}

// compare tells of a change of the searches since the look before.
func (f *following) compare(take func(Event)) {
	now := f.m.searched.Load()
	if f.searched != 0 && now != f.searched {
		take(Event{Kind: Searched})
	}
	f.searched = now
}

// open opens a stream if there is none and it is time.
func (f *following) open(ctx context.Context, take func(Event)) {
	if f.events != nil || time.Now().Before(f.next) {
		return
	}
	events, err := f.m.startStream(ctx)
	if err == nil {
		f.events, f.told = events, false
		return
	}
	if !f.told {
		f.told = true
		take(Event{Kind: Unfollowed, Err: ErrNoProgram})
	}
	f.ended(time.Now())
}

// ended takes in that the stream has ended, which may be as the mount has.
func (f *following) ended(now time.Time) {
	f.events = nil
	f.next = now.Add(f.retry)
	f.retry = min(2*f.retry, lastRetry)
	f.look()
}

// look has the mount be looked at now.
func (f *following) look() {
	select {
	case f.poke <- struct{}{}:
	default:
	}
}
