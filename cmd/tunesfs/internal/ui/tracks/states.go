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
		for state := range s.counts() {
			if slices.Contains(verbsOf[state], verb) {
				return true
			}
		}
		return false
	}
	if !s.Known {
		return verb == Start
	}
	if verb == Evict && s.State == Idle {
		return s.Held > 0
	}
	return slices.Contains(verbsOf[s.State], verb)
}

// IdleTracks returns how many tracks of a folder are idle.
func (s Status) IdleTracks() int { return s.counts()[Idle] }

// counts returns how many tracks of a folder have each state: it says "2 idle, 1 paused".
func (s Status) counts() map[string]int {
	counts := map[string]int{}
	for part := range strings.SplitSeq(s.State, ", ") {
		if n, state, ok := strings.Cut(part, " "); ok {
			if count, err := strconv.Atoi(n); err == nil && count > 0 {
				counts[state] = count
			}
		}
	}
	return counts
}

// stateOrder says in which order downloads are listed.
var stateOrder = []string{Downloading, Queued, Paused, Failed, Complete}

func stateRank(state string) int {
	if i := slices.Index(stateOrder, state); i >= 0 {
		return i
	}
	return len(stateOrder)
}
