package minimise

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// A Case is a plan, and the trace of a run that failed: a run of the plan keeps to its
// order.
type Case struct {
	Plan  plan.Plan
	Trace []history.Event
}

// with returns the case with other steps. Rounds that have none are left out.
func (c Case) with(steps []plan.Step) Case {
	rounds := map[int]int{}
	for _, s := range steps {
		rounds[s.Round] = 0
	}
	for i, r := range slices.Sorted(maps.Keys(rounds)) {
		rounds[r] = i
	}
	steps = slices.Clone(steps)
	for i := range steps {
		steps[i].Round = rounds[steps[i].Round]
	}
	c.Plan.Steps = steps
	c.Plan.Setup.Rounds = max(1, len(rounds))
	return c
}

// without returns the case without the steps of units.
func (c Case) without(units []unit) Case { return c.with(without(c.Plan.Steps, units)) }

// reached returns the case with the steps alone that had begun in its trace.
func reached(c Case) Case {
	begun := map[int]bool{}
	for _, e := range c.Trace {
		begun[e.Step.ID] = true
	}
	steps := slices.DeleteFunc(slices.Clone(c.Plan.Steps), func(s plan.Step) bool { return !begun[s.ID] })
	return c.with(steps)
}

// unchecked returns the case without checkpoints.
func unchecked(c Case) Case {
	c.Plan.Setup.Unchecked = true
	return c
}

// workersOf returns how many workers have a step.
func workersOf(p plan.Plan) int {
	have := map[int]bool{}
	for _, s := range p.Steps {
		have[s.By] = true
	}
	delete(have, plan.World)
	return len(have)
}

// simpler returns what makes the setup of a case simpler, one after the other.
func simpler() []func(Case) Case {
	return []func(Case) Case{
		func(c Case) Case { c.Plan.Setup.Files = mentioned(c.Plan); return c },
		func(c Case) Case { c.Plan.Setup.Second = ""; return c },
		renumbered,
		func(c Case) Case { c.Plan.Setup.User = false; return c },
		func(c Case) Case { c.Plan.Setup.Flags = nil; return c },
	}
}

// renumbered returns the case with the workers that have a step as the first ones.
func renumbered(c Case) Case {
	number := map[int]int{plan.World: plan.World}
	c.Plan.Steps, c.Trace = slices.Clone(c.Plan.Steps), slices.Clone(c.Trace)
	for i, s := range c.Plan.Steps {
		if _, known := number[s.By]; !known {
			number[s.By] = len(number) - 1
		}
		c.Plan.Steps[i].By = number[s.By]
	}
	for i, e := range c.Trace {
		c.Trace[i].Step.By = number[e.Step.By]
	}
	c.Plan.Setup.Workers = max(1, len(number)-1)
	return c
}

// mentioned returns the files whose names are in a step, and one if there are none.
func mentioned(p plan.Plan) []plan.File {
	files := slices.DeleteFunc(slices.Clone(p.Setup.Files), func(f plan.File) bool {
		return !slices.ContainsFunc(p.Steps, func(s plan.Step) bool { return strings.HasSuffix("/"+s.Path, "/"+path.Base(f.Path)) })
	})
	if len(files) == 0 {
		return p.Setup.Files[:1]
	}
	return files
}
