package history

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// A Log collects events and numbers them. All its methods may be called at any
// time, from anywhere.
type Log struct {
	mu     sync.Mutex
	events []Event // guarded by mu
	sink   func(Event)
}

// NewLog returns an empty log. sink gets each event in order; it must not block.
func NewLog(sink func(Event)) *Log { return &Log{sink: sink} }

// Add numbers an event and keeps it.
func (l *Log) Add(e Event) Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.Seq = len(l.events)
	l.events = append(l.events, e)
	if l.sink != nil {
		l.sink(e)
	}
	return e
}

// Events returns what was added so far.
func (l *Log) Events() []Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.events[:len(l.events):len(l.events)]
}

// Order says, of each step by its ID, which steps had ended before it began: of
// each actor the last one.
type Order map[int]map[int]int

// OrderOf takes the order from events.
func OrderOf(events []Event) Order {
	last := map[int]int{}
	order := Order{}
	for _, e := range events {
		switch e.Kind {
		case Began:
			before := make(map[int]int, len(last))
			for by, id := range last {
				if by != e.Step.By {
					before[by] = id
				}
			}
			order[e.Step.ID] = before
		case Ended:
			last[e.Step.By] = e.Step.ID // at the end of a round of a step that is of no plan
		}
	}
	return order
}

// Of returns the order of those steps alone: where one is left out, the last before it
// of its actor stands for it.
func (o Order) Of(steps []plan.Step) Order {
	own := map[int][]int{} // by actor, sorted
	for _, s := range steps {
		own[s.By] = append(own[s.By], s.ID)
	}
	kept := Order{}
	for _, s := range steps {
		before, ok := o[s.ID]
		if !ok {
			continue
		}
		kept[s.ID] = map[int]int{}
		for by, id := range before {
			at, found := slices.BinarySearch(own[by], id)
			if found {
				kept[s.ID][by] = id
			} else if at > 0 {
				kept[s.ID][by] = own[by][at-1]
			}
		}
	}
	return kept
}

// Load reads events that were written as lines of JSON.
func Load(r io.Reader) ([]Event, error) {
	var events []Event
	for dec := json.NewDecoder(r); ; {
		var e Event
		switch err := dec.Decode(&e); {
		case errors.Is(err, io.EOF):
			return events, nil
		case err != nil:
			return events, fmt.Errorf("history: event %d: %w", len(events), err)
		}
		events = append(events, e)
	}
}
