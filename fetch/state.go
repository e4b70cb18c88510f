package fetch

import (
	"fmt"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// State is where a download stands. Probes and read-ahead windows happen in
// Idle, which may hold bytes; Downloading means that the whole file is wanted.
type State uint8

// The states. Queued is Downloading while every transfer has to wait for its turn:
// the table of transitions knows only Downloading, and Status tells them apart.
const (
	Idle State = iota
	Queued
	Downloading
	Paused
	Failed
	Complete
)

var stateNames = [...]string{diskcache.StateIdle, "queued", "downloading", "paused", "failed", diskcache.StateComplete}

// String returns the state's name as users see it.
func (s State) String() string {
	if int(s) >= len(stateNames) {
		return fmt.Sprintf("State(%d)", uint8(s))
	}
	return stateNames[s]
}

// event is what can happen to a download: a user's command, or what a reader
// or a transfer found.
type event uint8

const (
	evStart event = iota
	evPause
	evResume
	evCancel
	evEvict
	evEvictOpen // evict, while a handle is open
	evMeant     // a reader seems to want the whole file
	evUndone    // it does not, and nobody else does
	evRetry     // a read after a failure and its back-off
	evDone      // every byte is held
	evFail      // the last attempt was given up
	evChanged   // the remote has another version
	events
)

// transitions is the table of states, row by state and column by event, as
// far as it is not the identity. Queued has no row: it is Downloading.
var transitions = map[State]map[event]State{
	Idle: {evStart: Downloading, evMeant: Downloading, evDone: Complete},
	Downloading: {evPause: Paused, evCancel: Idle, evDone: Complete,
		evFail: Failed, evUndone: Idle},
	Paused: {evStart: Downloading, evResume: Downloading, evCancel: Idle,
		evEvict: Idle, evEvictOpen: Idle, evDone: Complete, evUndone: Idle},
	Failed: {evStart: Downloading, evResume: Downloading, evCancel: Idle, evPause: Paused,
		evEvict: Idle, evEvictOpen: Idle, evRetry: Downloading, evDone: Complete, evUndone: Idle},
	Complete: {evEvict: Idle, evChanged: Idle},
}

// next returns the state after e happened in s, or ErrBusy where e is refused.
// It is total: an event that means nothing in a state leaves it.
func next(s State, e event) (State, error) {
	if s == Queued {
		s = Downloading
	}
	evicts := e == evEvict || e == evEvictOpen
	if (s == Downloading && evicts) || (s == Complete && e == evEvictOpen) {
		return s, ErrBusy
	}
	if to, ok := transitions[s][e]; ok {
		return to, nil
	}
	return s, nil
}

// discards reports whether e, where next allows it, drops the bytes held in s.
func discards(s State, e event) bool {
	switch e {
	case evCancel:
		return s != Complete
	case evEvict, evEvictOpen, evChanged:
		return true
	}
	return false
}

// eventOf maps a user's command to its event.
func eventOf(c Command, open bool) event {
	e := [...]event{Start: evStart, Pause: evPause, Resume: evResume, Cancel: evCancel, Evict: evEvict}[c]
	if e == evEvict && open {
		return evEvictOpen
	}
	return e
}
