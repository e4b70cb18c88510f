package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// The states of a track.
const (
	idle        = "idle"
	queued      = "queued"
	downloading = "downloading"
	paused      = "paused"
	failed      = "failed"
	complete    = "complete"
)

// nothingIn is the state of an empty folder, and of one that was not listed yet.
const nothingIn = "empty"

// The commands that a path takes.
const (
	start   = "start"
	pause   = "pause"
	resume  = "resume"
	cancel  = "cancel"
	evict   = "evict"
	refresh = "refresh"
)

// verbsOf are the commands that change a track in a state.
var verbsOf = map[string][]string{
	idle:        {start},
	queued:      {pause, cancel},
	downloading: {pause, cancel},
	paused:      {resume, cancel, evict},
	failed:      {resume, cancel, evict},
	complete:    {evict},
}

// oldRate is the age at which a rate is no longer true: a mount reports progress twice a
// second.
const oldRate = 5 * time.Second

// A status is the latest state of a track or a folder, and its facts.
type status struct {
	client.Download
	known  bool // the state was read
	folder bool
	seen   time.Time // when the last change of a download came

	facts    client.Facts // the path is empty if none were read
	factsErr error        // why they could not be read, or not again
}

// waits reports whether no byte has come of late.
func (s status) waits(now time.Time) bool { return now.Sub(s.seen) >= oldRate }

// takes reports whether a command would change a row.
func (s status) takes(verb string) bool {
	if s.folder {
		if !s.known || s.State == nothingIn && verb == start {
			return true // it may hold tracks that are not listed yet
		}
		return slices.ContainsFunc(s.states(), func(state string) bool { return slices.Contains(verbsOf[state], verb) })
	}
	if !s.known {
		return verb == start
	}
	if verb == evict && s.State == idle {
		return s.Held > 0
	}
	return slices.Contains(verbsOf[s.State], verb)
}

// states returns the states that tracks of a folder have: it says "2 idle, 1 paused".
func (s status) states() (states []string) {
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
var stateOrder = []string{downloading, queued, paused, failed, complete}

func stateRank(state string) int {
	if i := slices.Index(stateOrder, state); i >= 0 {
		return i
	}
	return len(stateOrder)
}
