// Package minimise owns the search for a small plan that still fails: it leaves out
// parts, as delta debugging does, and keeps what fails without them.
//
// It must never know how a plan is carried out. Open minimise.go first; units.go cuts
// a plan into parts.
//
// See Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002.
package minimise

import (
	"context"
	"fmt"
	"slices"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// A Try carries out a plan once and reports whether it failed in the way that is
// sought.
type Try func(ctx context.Context, p plan.Plan) (failed bool, err error)

// What fails in enough of tries counts as failing: no two runs are the same.
const (
	tries  = 5
	enough = 2
)

// Minimise returns a plan, made of steps of p, that still fails. It leaves out rounds,
// then workers, then changes of the world, then steps, and ends early with ctx, with
// the smallest plan so far. note is told of each that is smaller.
func Minimise(ctx context.Context, p plan.Plan, try Try, note func(string)) (plan.Plan, error) {
	s := search{ctx: ctx, setup: p.Setup, try: try, note: note}
	all := p.Steps
	for _, cut := range []func([]plan.Step) []unit{byRound, byWorker, byChange, byHandle, byStep} {
		kept, err := s.reduce(all, cut(all))
		if err != nil {
			return plan.Plan{Setup: p.Setup, Steps: all}, err
		}
		all = kept
	}
	return plan.Plan{Setup: p.Setup, Steps: all}, nil
}

// A search is Minimise under way.
type search struct {
	ctx   context.Context
	setup plan.Setup
	try   Try
	note  func(string)
}

// fails reports whether steps alone still fail.
func (s *search) fails(steps []plan.Step) (bool, error) {
	failed := 0
	for left := tries; left > 0 && failed+left >= enough; left-- {
		if s.ctx.Err() != nil {
			return false, nil
		}
		bad, err := s.try(s.ctx, plan.Plan{Setup: s.setup, Steps: steps})
		if err != nil && s.ctx.Err() == nil {
			return false, err
		}
		if bad {
			failed++
		}
		if failed == enough {
			return true, nil
		}
	}
	return false, nil
}

// reduce leaves out units as long as the rest fails, many at a time at first.
func (s *search) reduce(steps []plan.Step, units []unit) ([]plan.Step, error) {
	for parts := 2; len(units) > 1 && s.ctx.Err() == nil; {
		smaller := false
		for chunk := range slices.Chunk(units, (len(units)+parts-1)/parts) {
			rest := without(steps, chunk)
			bad, err := s.fails(rest)
			if err != nil {
				return steps, err
			}
			if !bad {
				continue
			}
			units = slices.DeleteFunc(slices.Clone(units), func(u unit) bool { return u.in(chunk) })
			steps, smaller = rest, true
			s.note(fmt.Sprintf("%d steps, %d parts", len(steps), len(units)))
			break
		}
		switch {
		case smaller:
			parts = max(parts-1, 2)
		case parts >= len(units):
			return steps, nil
		default:
			parts = min(parts*2, len(units))
		}
	}
	return steps, nil
}
