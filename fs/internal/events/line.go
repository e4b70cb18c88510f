package events

import (
	"bytes"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/jsonlines"
)

// A Line is one line of .tunesfs/downloads and .tunesfs/events.
type Line struct {
	ID       string         `json:"id"`             // the track's id in its catalog
	Path     string         `json:"path,omitempty"` // below the mount point; empty if no folder that was looked at shows it
	State    string         `json:"state"`
	Size     jsonlines.Size `json:"size"`
	Held     jsonlines.Size `json:"held"`
	Progress string         `json:"progress"`
	Error    string         `json:"error,omitempty"`
	Waiting  string         `json:"waiting,omitempty"` // which programs wait for bytes
}

// NewLine returns the line of a status. path is where the track is shown, failure the
// text of its error, and waiting which programs wait for it.
func NewLine(st fetch.Status, path, failure, waiting string) Line {
	return Line{
		ID: st.Key, Path: path, State: st.State.String(),
		Size: jsonlines.Size(st.Size), Held: jsonlines.Size(st.Held), Progress: st.Progress(), Error: failure, Waiting: waiting,
	}
}

// Encode returns a JSON object a line.
func Encode(lines []Line) ([]byte, error) {
	var b bytes.Buffer
	err := jsonlines.Write(&b, lines...)
	return b.Bytes(), err
}
