package oracle

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A download is a line of the downloads or of the events.
type download struct {
	ID    string `json:"id"`
	Path  string `json:"path"`
	State string `json:"state"`
	Size  *int64 `json:"size"` // nil if it is unknown
	Lost  bool   `json:"lost"`
}

// active are the states of which the downloads tell.
var active = []string{"queued", "downloading", "paused", "failed"}

// Replay compares the events of a mount, from their start, with its downloads. It
// returns what differs, "" for nothing.
func Replay(events, downloads string) string {
	replayed, lost, err := states(events)
	if err != nil || lost {
		return errorText(err)
	}
	now, _, err := states(downloads)
	if err != nil {
		return errorText(err)
	}
	maps.DeleteFunc(replayed, func(_, state string) bool { return !slices.Contains(active, state) })
	if !maps.Equal(replayed, now) {
		return fmt.Sprintf("the events lead to %v, the downloads are %v", replayed, now)
	}
	return ""
}

// states returns the last state of each download, and whether lines are missing.
func states(lines string) (last map[string]string, lost bool, err error) {
	last = map[string]string{}
	for line := range strings.Lines(lines) {
		var d download
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			return nil, false, fmt.Errorf("%q: %w", line, err)
		}
		if d.Lost {
			lost = true
			continue
		}
		if d.Size != nil && *d.Size < 0 {
			return nil, false, fmt.Errorf("%q: an unknown size is not null", line)
		}
		last[d.ID] = d.State
	}
	return last, lost, nil
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
