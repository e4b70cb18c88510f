package tracks

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// The states of a track.
const (
	Idle        = "idle"
	Queued      = "queued"
	Downloading = "downloading"
	Paused      = "paused"
	Failed      = "failed"
	Complete    = "complete"
)

// Empty is the state of an empty folder, and of one that was not listed yet.
const Empty = "empty"

// The commands that a path takes.
const (
	Start   = "start"
	Pause   = "pause"
	Resume  = "resume"
	Cancel  = "cancel"
	Evict   = "evict"
	Refresh = "refresh"
)

// verbsOf are the commands that change a track in a state.
var verbsOf = map[string][]string{
	Idle:        {Start},
	Queued:      {Pause, Cancel},
	Downloading: {Pause, Cancel},
	Paused:      {Resume, Cancel, Evict},
	Failed:      {Resume, Cancel, Evict},
	Complete:    {Evict},
}

// oldRate is the age at which a rate is no longer true: a mount reports progress twice a
// second.
const oldRate = 5 * time.Second

// A Status is the latest state of a track or a folder, and its facts.
type Status struct {
	client.Download
	Known  bool // the state was read
	Folder bool
	Seen   time.Time // when the last change of a download came

	Facts    client.Facts // the path is empty if none were read
	FactsErr error        // why they could not be read, or not again
}

// Waits reports whether no byte has come of late.
func (s Status) Waits(now time.Time) bool { return now.Sub(s.Seen) >= oldRate }

// Takes reports whether a command would change a row.
func (s Status) Takes(verb string) bool {
	if s.Folder {
		if !s.Known || s.State == Empty && verb == Start {
			return true // it may hold tracks that are not listed yet
		}
		return slices.ContainsFunc(s.states(), func(state string) bool { return slices.Contains(verbsOf[state], verb) })
	}
	if !s.Known {
		return verb == Start
	}
	if verb == Evict && s.State == Idle {
		return s.Held > 0
	}
	return slices.Contains(verbsOf[s.State], verb)
}

// states returns the states that tracks of a folder have: it says "2 idle, 1 paused".
func (s Status) states() (states []string) {
	for part := range strings.SplitSeq(s.State, ", ") {
		if n, state, ok := strings.Cut(part, " "); ok {
			if count, err := strconv.Atoi(n); err == nil && count > 0 {
				states = append(states, state)
			}
		}
	}
	return states
}

// stateOrder says in which order downloads are listed.
var stateOrder = []string{Downloading, Queued, Paused, Failed, Complete}

func stateRank(state string) int {
	if i := slices.Index(stateOrder, state); i >= 0 {
		return i
	}
	return len(stateOrder)
}
