package run

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/oracle"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// TestInRounds has a finding of no step of a plan say when it was, by its time.
func TestInRounds(t *testing.T) {
	r := &runner{rounds: []time.Duration{0, 10 * time.Second}}
	for _, tt := range []struct {
		step plan.Step
		at   time.Duration
		want string
	}{
		{plan.Step{By: 2}, 3 * time.Second, "bounds: at 3.000 s in round 0, step 0 of 2 (  ): much"},
		{plan.Step{By: 2}, 12 * time.Second, "bounds: at 12.000 s in round 1, step 0 of 2 (  ): much"},
		{plan.Step{ID: firstCheck, By: 2, Do: plan.Stat, Path: "a"}, 12 * time.Second, "bounds: at 12.000 s in round 1, step 1000000 of 2 (stat a ): much"},
		{plan.Step{ID: 7, By: 2, Do: plan.Stat, Path: "a"}, 12 * time.Second, "bounds: at 12.000 s in round 0, step 7 of 2 (stat a ): much"},
	} {
		f := oracle.Finding{Rule: "bounds", Event: history.Event{At: tt.at, Step: tt.step}, Text: "much"}
		if got := r.inRounds([]oracle.Finding{f})[0].String(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
