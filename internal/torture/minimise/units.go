package minimise

import (
	"slices"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// A unit is steps that are left out together, by their IDs.
type unit []int

// in reports whether u is one of units.
func (u unit) in(units []unit) bool {
	return slices.ContainsFunc(units, func(v unit) bool { return v[0] == u[0] })
}

// without returns steps without those of units.
func without(steps []plan.Step, units []unit) []plan.Step {
	gone := map[int]bool{}
	for _, u := range units {
		for _, id := range u {
			gone[id] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(steps), func(s plan.Step) bool { return gone[s.ID] })
}

// group makes units of steps with the same key; those without one are in none.
func group[K comparable](steps []plan.Step, key func(plan.Step) (K, bool)) []unit {
	at := map[K]int{}
	var units []unit
	for _, s := range steps {
		k, ok := key(s)
		if !ok {
			continue
		}
		i, known := at[k]
		if !known {
			i = len(units)
			at[k] = i
			units = append(units, nil)
		}
		units[i] = append(units[i], s.ID)
	}
	return units
}

func byRound(steps []plan.Step) []unit {
	return group(steps, func(s plan.Step) (int, bool) { return s.Round, true })
}

func byWorker(steps []plan.Step) []unit {
	return group(steps, func(s plan.Step) (int, bool) { return s.By, s.By != plan.World })
}

// byChange makes a unit of each change of the world; a fault and its end are one.
func byChange(steps []plan.Step) []unit {
	return group(steps, func(s plan.Step) (int, bool) {
		if s.Do == plan.Heal {
			return s.Ends, true
		}
		return s.ID, s.By == plan.World
	})
}

// byHandle makes a unit of each open handle of a worker, from its open to the next, and
// of each other step.
func byHandle(steps []plan.Step) []unit {
	type slot struct{ by, slot int }
	open := map[slot]int{}
	return group(steps, func(s plan.Step) (int, bool) {
		k := slot{s.By, s.Slot}
		switch s.Do {
		case plan.Open:
			open[k] = s.ID
			return s.ID, true
		case plan.Read, plan.Fstat, plan.Close, plan.Await, plan.Awaited:
			if id, ok := open[k]; ok {
				return id, true
			}
		case plan.Heal:
			return s.Ends, true
		}
		return s.ID, true
	})
}

// byStep makes a unit of each step; a fault and its end are one.
func byStep(steps []plan.Step) []unit {
	return group(steps, func(s plan.Step) (int, bool) {
		if s.Do == plan.Heal {
			return s.Ends, true
		}
		return s.ID, true
	})
}
