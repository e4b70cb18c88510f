package shell

import (
	"context"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// redrawEvery is how often events of the mount are shown at most.
const redrawEvery = 100 * time.Millisecond

// A feed gathers events, so that the screen is drawn once for many of them.
type feed struct {
	mu     sync.Mutex // guards the fields below
	events []client.Event
	at     map[string]int // where a download is in the last event, if that is Changed
	ready  chan struct{}
}

func newFeed() *feed { return &feed{ready: make(chan struct{}, 1)} }

// add takes in an event. Of several changes of a download the last is kept; a Reset
// replaces all changes before it.
func (f *feed) add(e client.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch e.Kind {
	case client.Changed:
		f.changeLocked(e.Downloads)
	case client.Reset:
		kept := f.events[:0]
		for _, old := range f.events {
			if old.Kind != client.Changed && old.Kind != client.Reset {
				kept = append(kept, old)
			}
		}
		f.events, f.at = append(kept, e), nil
	default:
		f.events, f.at = append(f.events, e), nil
	}
	select {
	case f.ready <- struct{}{}:
	default:
	}
}

func (f *feed) changeLocked(list []client.Download) {
	if f.at == nil {
		f.at = map[string]int{}
		f.events = append(f.events, client.Event{Kind: client.Changed})
	}
	last := &f.events[len(f.events)-1]
	for _, d := range list {
		if i, ok := f.at[d.ID]; ok {
			last.Downloads[i] = d
			continue
		}
		f.at[d.ID] = len(last.Downloads)
		last.Downloads = append(last.Downloads, d)
	}
}

// take returns the events that have come, and forgets them.
func (f *feed) take() []client.Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	events := f.events
	f.events, f.at = nil, nil
	return events
}

// run sends events, ten times a second at most, until ctx ends.
func (f *feed) run(ctx context.Context, send func([]client.Event)) {
	for {
		select {
		case <-f.ready:
		case <-ctx.Done():
			return
		}
		if events := f.take(); len(events) > 0 {
			send(events)
		}
		select {
		case <-time.After(redrawEvery):
		case <-ctx.Done():
			return
		}
	}
}
