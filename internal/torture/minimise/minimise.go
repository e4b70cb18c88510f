// Package minimise owns the search for a small plan that still fails: it leaves out
// parts, as delta debugging does, and keeps what fails without them.
//
// It must never know how a plan is carried out. Open minimise.go first: the order of
// the search. case.go makes smaller cases, units.go cuts a plan into parts, fails.go
// decides by several tries, script.go writes the result for people.
//
// See Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002.
package minimise

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// ErrNotAgain is the error of a case that fails in too few of five tries.
var ErrNotAgain = errors.New("it does not fail again in two of five tries")

// Minimise returns a case, made of steps of c, that still fails in two of five tries. It
// leaves out what c never came to, then rounds, workers, windows of changes of the world,
// handles and steps. It ends early with ctx, with the smallest case so far. note is told
// of each that is smaller.
func Minimise(ctx context.Context, c Case, try Try, note func(string)) (Case, error) {
	s := search{ctx: ctx, try: try, note: note, best: c, effort: thorough}
	if ok, err := s.accept(c); !ok || err != nil {
		return c, errors.Join(err, endOr(ctx, ErrNotAgain))
	}
	// In a large case a chance that is missed costs little, and a try much.
	s.effort = quick
	for _, step := range []func() error{
		s.shorten,
		s.parts(byRound), s.parts(byWorker), s.shorten, s.parts(byChange), s.parts(byHandle), s.shorten,
		s.careful, s.parts(byChange), s.parts(byStep), s.simplify,
	} {
		if err := step(); err != nil {
			return s.best, err
		}
	}
	return s.best, nil
}

// endOr returns nil where ctx has ended, and err otherwise.
func endOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// A search is Minimise under way.
type search struct {
	ctx    context.Context
	try    Try
	note   func(string)
	effort effort
	best   Case // the smallest that fails
}

// careful has the search miss no chance from here on.
func (s *search) careful() error {
	s.effort = thorough
	return nil
}

// accept makes c the best case if it fails, and says so.
func (s *search) accept(c Case) (bool, error) {
	trace, err := s.fails(c)
	if err != nil || trace == nil {
		return false, err
	}
	s.best = Case{Plan: c.Plan, Trace: trace}
	s.note(fmt.Sprintf("%d steps of %d workers", len(c.Plan.Steps), workersOf(c.Plan)))
	return true, nil
}

// shorten leaves out the steps that the best case never came to, and the checkpoints.
func (s *search) shorten() error {
	for _, smaller := range []func(Case) Case{reached, unchecked} {
		c := smaller(s.best)
		if len(c.Plan.Steps) == len(s.best.Plan.Steps) && reflect.DeepEqual(c.Plan.Setup, s.best.Plan.Setup) {
			continue
		}
		if _, err := s.accept(c); err != nil {
			return err
		}
	}
	return nil
}

// simplify leaves out files and flags that make no difference.
func (s *search) simplify() error {
	for _, smaller := range simpler() {
		c := smaller(s.best)
		if reflect.DeepEqual(c.Plan.Setup, s.best.Plan.Setup) {
			continue
		}
		if _, err := s.accept(c); err != nil {
			return err
		}
	}
	return nil
}

// parts returns what leaves out parts of the best case.
func (s *search) parts(cut func([]plan.Step) []unit) func() error {
	return func() error { return s.reduce(cut(s.best.Plan.Steps)) }
}

// reduce leaves out units as long as the rest fails, many at a time at first.
func (s *search) reduce(units []unit) error {
	for parts := 2; len(units) > 0 && s.ctx.Err() == nil; {
		smaller := false
		for chunk := range slices.Chunk(units, (len(units)+parts-1)/parts) {
			ok, err := s.accept(s.best.without(chunk))
			if err != nil {
				return err
			}
			if ok {
				units = slices.DeleteFunc(slices.Clone(units), func(u unit) bool { return u.in(chunk) })
				smaller = true
				break
			}
		}
		switch {
		case smaller:
			parts = max(parts-1, 2)
		case parts >= len(units):
			return nil
		default:
			parts = min(parts*2, len(units))
		}
	}
	return nil
}
