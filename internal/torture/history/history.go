// Package history owns the record of a run: what began and what ended, in the one
// order in which the judge saw it. From it a later run takes what has to happen
// before what.
//
// It must never know whether what happened was right. Open history.go first;
// order.go has what was before what.
package history

import (
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/cell"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// An Event is the start or the end of a step, or a change of the world.
type Event struct {
	Seq  int           `json:"seq"` // from 0, without gaps
	At   time.Duration `json:"at"`  // since the start of the run
	Kind Kind          `json:"kind"`
	Step plan.Step     `json:"step"`
	// Answer is of an Ended step.
	Answer Answer `json:"answer,omitzero"`
}

// A Kind is a kind of event.
type Kind string

// The kinds of event.
const (
	Began Kind = "began"
	Ended Kind = "ended"
)

// An Answer is what a step returned.
type Answer struct {
	ID      int           `json:"id"`
	Errno   string        `json:"errno,omitempty"` // such as ENOENT; "" is success
	Call    string        `json:"call,omitempty"`  // the system call that failed
	Skipped bool          `json:"skipped,omitempty"`
	Took    time.Duration `json:"took"`
	// Killed tells that the worker was killed, so that nobody knows the answer.
	Killed bool `json:"killed,omitempty"`
	// Signaled tells that the worker sent itself a signal.
	Signaled bool `json:"signaled,omitempty"`

	Read    int64        `json:"read,omitempty"`  // bytes that came
	Whole   bool         `json:"whole,omitempty"` // the end of the file was reached
	Runs    []cell.Run   `json:"runs,omitempty"`
	Strays  []cell.Stray `json:"strays,omitempty"`
	Text    string       `json:"text,omitempty"` // an attribute, a sidecar, lines
	Entries []Entry      `json:"entries,omitempty"`
	Stat    *Stat        `json:"stat,omitempty"` // of the path or of the handle
	// Late is how long after the worker's last verb a read in the background ended.
	Late time.Duration `json:"late,omitempty"`
}

// An Entry is a name of a listing.
type Entry struct {
	Name string `json:"name"`
	Dir  bool   `json:"dir,omitempty"`
	Stat *Stat  `json:"stat,omitempty"`
}

// A Stat is what stat(2) says.
type Stat struct {
	Size  int64     `json:"size"`
	Mtime time.Time `json:"mtime"`
	Ino   uint64    `json:"ino"`
	Mode  uint32    `json:"mode"`
}
