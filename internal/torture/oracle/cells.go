package oracle

import (
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// A Cell is a state of a file, an operation on it and a fault that struck then.
type Cell struct{ State, Operation, Fault string }

func (c Cell) String() string { return c.State + " x " + c.Operation + " x " + c.Fault }

// Unseen is the state of a file that nobody has asked for yet; NoFault is no fault.
const (
	Unseen  = "unseen"
	NoFault = "none"
)

// operation returns the name of a step's kind.
func operation(s plan.Step) string {
	return strings.Join(slices.DeleteFunc([]string{string(s.Do), s.Verb, s.How}, func(w string) bool { return w == "" }), " ")
}

// cellLocked counts which operation met which fault, and in which state the file was
// seen last.
func (o *Oracle) cellLocked(e history.Event, at span, h *handle) {
	file := o.fileOf(e.Step.Path)
	if h != nil {
		file = h.file
	}
	state, seen := o.states[file]
	if !seen {
		state = Unseen
	}
	if e.Step.Do == plan.Get && e.Step.Name == "user.tunesfs.state" && e.Answer.Errno == "" {
		o.states[file] = e.Answer.Text
	}
	name := operation(e.Step)
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
}
