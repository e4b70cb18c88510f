package history

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"sync"
	"time"

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

// A Point is how far an actor had come: the last step that it had begun, and whether
// that had ended.
type Point struct {
	ID    int
	Ended bool
}

// A Moment is when a step began.
type Moment struct {
	Before map[int]Point // by actor, but for the step's own
	Gap    time.Duration // since the event before it; 0 for the first of a round
}

// Order has the moment of each step, by its ID. It has an ID of steps that never began,
// too: they come after all that did.
type Order map[int]Moment

// OrderOf takes the order of steps from the events of a run in which they were, perhaps
// among others. The steps of checkpoints are of no plan, so they are in no order, nor
// does the time count that a checkpoint took.
func OrderOf(events []Event, steps []plan.Step) Order {
	order := Order{}
	if len(events) == 0 {
		return order
	}
	rounds := map[int]int{} // by the ID of a step
	for _, s := range steps {
		rounds[s.ID] = s.Round
	}
	at := map[int]Point{}
	before := func(by int) map[int]Point {
		others := maps.Clone(at)
		delete(others, by)
		return others
	}
	last, round := events[0].At, 0
	for _, e := range events {
		of, wanted := rounds[e.Step.ID]
		if !wanted {
			continue
		}
		if of != round {
			last, round = e.At, of
		}
		if e.Kind == Began {
			order[e.Step.ID] = Moment{before(e.Step.By), e.At - last}
		}
		at[e.Step.By] = Point{e.Step.ID, e.Kind == Ended}
		last = e.At
	}
	for _, s := range steps {
		if _, begun := order[s.ID]; !begun {
			order[s.ID] = Moment{Before: before(s.By)}
		}
	}
	return order
}

// Bare returns of events those of steps alone, with nothing but what an order needs.
func Bare(events []Event, steps []plan.Step) []Event {
	wanted := map[int]bool{}
	for _, s := range steps {
		wanted[s.ID] = true
	}
	var bare []Event
	for _, e := range events {
		if wanted[e.Step.ID] {
			bare = append(bare, Event{Seq: len(bare), At: e.At, Kind: e.Kind, Step: plan.Step{ID: e.Step.ID, By: e.Step.By, Do: e.Step.Do}})
		}
	}
	return bare
}

// Save writes events as lines of JSON.
func Save(w io.Writer, events []Event) error {
	enc := json.NewEncoder(w)
	for _, e := range events {
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	return nil
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
