package oracle

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// A Cell is a state of a file, an operation on it and a fault that struck then.
type Cell struct{ State, Operation, Fault string }

func (c Cell) String() string { return c.State + " x " + c.Operation + " x " + c.Fault }

// States are those that a file can be in, as far as anybody saw.
var States = []string{Unseen, "idle", "queued", "downloading", "paused", "failed", "complete"}

// Unseen is the state of a file of which nothing was seen, Folder stands for the state
// where an operation is of no file, and NoFault for no fault.
const (
	Unseen  = "unseen"
	Folder  = "folder"
	NoFault = "none"
)

// operation returns the name of a step's kind. All ways to give a verb are one.
func operation(s plan.Step, isFile bool) string {
	switch {
	case s.Do == plan.Control && !isFile:
		return "folder " + s.Verb
	case s.Do == plan.Control:
		return s.Verb
	case s.Do == plan.Read && s.How == "":
		s.How = "pread"
	}
	return strings.TrimSpace(string(s.Do) + " " + s.How)
}

// cellLocked counts which operation met which fault, and in which state the file was
// seen last.
func (o *Oracle) cellLocked(e history.Event, at span, h *handle) {
	file := o.fileOf(e.Step.Path)
	if h != nil {
		file = h.file
	}
	state, seen := o.states[file]
	switch {
	case file == "":
		state = Folder
	case !seen:
		state = Unseen
	}
	name := operation(e.Step, file != "")
	faults := o.troublesLocked(at)
	for _, f := range o.world.Strikes(file, at.from, at.to) {
		faults = append(faults, f.Kind)
	}
	if len(faults) == 0 {
		faults = []string{NoFault}
	}
	for _, f := range faults {
		o.cells[Cell{state, name, f}]++
	}
	if e.Answer.Errno == "" {
		o.noteStateLocked(e.Step, e.Answer.Text)
	}
}

// noteStateLocked notes the states of files that an answer tells.
func (o *Oracle) noteStateLocked(s plan.Step, text string) {
	file := o.fileOf(s.Path)
	switch s.Do {
	case plan.Get:
		if s.Name == stateName && file != "" {
			o.states[file] = text
		}
	case plan.Attrs:
		for line := range strings.Lines(text) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			if state, err := strconv.Unquote(value); err == nil && name == stateName && file != "" {
				o.states[file] = state
			}
		}
	case plan.Downs, plan.Events, plan.Followed:
		for line := range strings.Lines(text) {
			var d download
			if json.Unmarshal([]byte(line), &d) == nil && d.State != "" && o.fileOf(d.Path) != "" {
				o.states[o.fileOf(d.Path)] = d.State
			}
		}
	}
}

const stateName = "user.tunesfs.state"
