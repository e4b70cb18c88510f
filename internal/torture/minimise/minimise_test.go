package minimise

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// needs returns a Try that fails where all steps with the IDs are.
func needs(ids ...int) Try {
	return func(_ context.Context, p plan.Plan) (bool, error) {
		for _, id := range ids {
			if !slices.ContainsFunc(p.Steps, func(s plan.Step) bool { return s.ID == id }) {
				return false, nil
			}
		}
		return true, nil
	}
}

func quiet(string) {}

// What is needed stays, and nothing else but what belongs to it.
func TestMinimise(t *testing.T) {
	p := plan.Draw(5, 2000)
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
	small, err := Minimise(t.Context(), p, needs(want...), quiet)
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, s := range small.Steps {
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
}

// A plan that fails in two of five tries is kept, one that fails in one is not.
func TestMinimiseIsPatient(t *testing.T) {
	p := plan.Draw(1, 1000)
	for _, every := range []int{1, 2, 6} {
		n := 0
		try := func(context.Context, plan.Plan) (bool, error) { n++; return n%every == 0, nil }
		s := search{ctx: t.Context(), try: try, note: quiet}
		bad, err := s.fails(p.Steps)
		if err != nil || bad != (every < 6) {
			t.Errorf("failing each %d times: %v, %v", every, bad, err)
		}
	}
}

func TestMinimiseEnds(t *testing.T) {
	p := plan.Draw(1, 1000)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if small, err := Minimise(ctx, p, needs(), quiet); err != nil || len(small.Steps) != len(p.Steps) {
		t.Errorf("%d steps, %v", len(small.Steps), err)
	}
	broken := errors.New("broken")
	try := func(context.Context, plan.Plan) (bool, error) { return false, broken }
	if _, err := Minimise(t.Context(), p, try, quiet); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}
