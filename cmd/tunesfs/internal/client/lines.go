package client

import (
	"bytes"
	"encoding/json"

	"github.com/tunesfs/tunesfs/internal/jsonlines"
)

// maxLine bounds one line of events or downloads: a few paths of at most 4 KiB each.
const maxLine = 1 << 20

// A lineKind is the meaning of a line of events.
type lineKind int

const (
	statusLine lineKind = iota // how a download stands
	gapLine                    // changes before it may be missing
)

// parseLine reads a line of .tunesfs/events or .tunesfs/downloads. An empty line, with which
// the process that copies events begins, is a gap, and so is a line that makes no sense.
func parseLine(line []byte) (Download, lineKind) {
	var said struct {
		Download
		Size jsonlines.Size `json:"size"`
		Lost bool           `json:"lost"`
	}
	said.Size = Unknown
	err := json.Unmarshal(bytes.TrimSpace(line), &said)
	if err != nil || said.Lost || said.ID == "" || said.State == "" {
		return Download{}, gapLine
	}
	said.Download.Size = max(int64(said.Size), Unknown)
	said.Held = max(said.Held, 0)
	return said.Download, statusLine
}
