package events

import (
	"bytes"
	"encoding/json"

	"github.com/tunesfs/tunesfs/fetch"
)

// A Line is one line of .tunesfs/downloads and .tunesfs/events.
type Line struct {
	ID       string `json:"id"`             // the track's id in its catalog
	Path     string `json:"path,omitempty"` // below the mount point; empty if no folder that was looked at shows it
	State    string `json:"state"`
	Size     int64  `json:"size"` // bytes; -1 unknown
	Held     int64  `json:"held"` // bytes
	Progress string `json:"progress"`
	Error    string `json:"error,omitempty"`
	Waiting  string `json:"waiting,omitempty"` // which programs wait for bytes
}

// NewLine returns the line of a status. path is where the track is shown, failure the
// text of its error, and waiting which programs wait for it.
func NewLine(st fetch.Status, path, failure, waiting string) Line {
	return Line{
		ID: st.Key, Path: path, State: st.State.String(),
		Size: st.Size, Held: st.Held, Progress: st.Progress(), Error: failure, Waiting: waiting,
	}
}

// Encode returns a JSON object a line.
func Encode(lines []Line) ([]byte, error) {
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	for _, line := range lines {
		if err := out.Encode(line); err != nil {
			return b.Bytes(), err
		}
	}
	return b.Bytes(), nil
}
