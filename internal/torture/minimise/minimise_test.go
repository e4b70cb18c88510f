package minimise

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// needs returns a Try that fails at the last of the steps with the IDs, where all are.
func needs(ids ...int) Try {
	return func(_ context.Context, c Case) ([]history.Event, error) {
		var trace []history.Event
		left := slices.Clone(ids)
		for _, e := range carriedOut(c.Plan) {
			trace = append(trace, e)
			left = slices.DeleteFunc(left, func(id int) bool { return id == e.Step.ID })
			if len(left) == 0 {
				return trace, nil
			}
		}
		return nil, nil
	}
}

func quiet(string) {}

func caseOf(p plan.Plan) Case { return Case{Plan: p, Trace: carriedOut(p)} }

// What is needed stays, and nothing else but what belongs to it.
func TestMinimise(t *testing.T) {
	p := plan.Wish{}.Draw(5, 2000)
	var copies, strikes []int
	for _, s := range p.Steps {
		switch s.Do {
		case plan.Copy:
			copies = append(copies, s.ID)
		case plan.Strike:
			strikes = append(strikes, s.ID)
		}
	}
	want := []int{strikes[4], copies[10], copies[len(copies)-3]}
	small, err := Minimise(t.Context(), caseOf(p), needs(want...), quiet)
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, s := range small.Plan.Steps {
		if s.Do != plan.Heal {
			got = append(got, s.ID)
		} else if s.Ends != strikes[4] {
			t.Errorf("%+v ends a fault that is not there", s)
		}
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("steps %v, want %v", got, want)
	}
	setup := small.Plan.Setup
	if len(setup.Files) > 3 || !setup.Unchecked || setup.Rounds > 2 || len(setup.Flags) > 0 || setup.Workers > 2 {
		t.Errorf("setup %+v", setup)
	}
	if len(small.Trace) == 0 || len(small.Trace) > 2*len(small.Plan.Steps) {
		t.Errorf("%d events of %d steps", len(small.Trace), len(small.Plan.Steps))
	}
}

// A case with one cause ends with one step, after few tries.
func TestMinimiseIsQuick(t *testing.T) {
	p := plan.Wish{}.Draw(7, 3000)
	at := slices.IndexFunc(p.Steps, func(s plan.Step) bool { return s.Do == plan.Copy })
	var n atomic.Int64
	one := needs(p.Steps[at].ID)
	try := func(ctx context.Context, c Case) ([]history.Event, error) { n.Add(1); return one(ctx, c) }
	small, err := Minimise(t.Context(), caseOf(p), try, quiet)
	if err != nil || len(small.Plan.Steps) != 1 {
		t.Errorf("%d steps, %v", len(small.Plan.Steps), err)
	}
	if n.Load() > 200 {
		t.Errorf("%d tries", n.Load())
	}
}

// A case that fails in two of five tries is kept, one that fails in one is not.
func TestMinimiseIsPatient(t *testing.T) {
	c := caseOf(plan.Wish{}.Draw(1, 1000))
	for _, every := range []int64{1, 2, 6} {
		var n atomic.Int64
		try := func(context.Context, Case) ([]history.Event, error) {
			if n.Add(1)%every == 0 {
				return c.Trace, nil
			}
			return nil, nil
		}
		s := search{ctx: t.Context(), try: try, note: quiet, effort: thorough}
		trace, err := s.fails(c)
		if err != nil || (trace != nil) != (every < 6) {
			t.Errorf("failing each %d times: %d events, %v", every, len(trace), err)
		}
	}
}

func TestMinimiseEnds(t *testing.T) {
	c := caseOf(plan.Wish{}.Draw(1, 1000))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if small, err := Minimise(ctx, c, needs(), quiet); err != nil || len(small.Plan.Steps) != len(c.Plan.Steps) {
		t.Errorf("%d steps, %v", len(small.Plan.Steps), err)
	}
	broken := errors.New("broken")
	try := func(context.Context, Case) ([]history.Event, error) { return nil, broken }
	if _, err := Minimise(t.Context(), c, try, quiet); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	never := func(context.Context, Case) ([]history.Event, error) { return nil, nil }
	if _, err := Minimise(t.Context(), c, never, quiet); !errors.Is(err, ErrNotAgain) {
		t.Errorf("%v", err)
	}
}
