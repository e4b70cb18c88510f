package oracle

import (
	"testing"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// TestCutShort has a read of three pages give less: some bytes where the rest may fail
// are right, in whole pages, and none are not.
func TestCutShort(t *testing.T) {
	const rule = "a read is whole"
	for name, c := range map[string]struct {
		want string // the rule that is broken, or ""
		got  int64
		fail func(*trial) error
	}{
		"nothing fails":               {want: rule, got: 4096},
		"it changed on the server":    {got: 4096, fail: func(tr *trial) error { tr.world.Publish(songG, 9999); return nil }},
		"two pages, then it changed":  {got: 8192, fail: func(tr *trial) error { tr.world.Publish(songG, 9999); return nil }},
		"within a page":               {want: rule, got: 4095, fail: func(tr *trial) error { tr.world.Publish(songG, 9999); return nil }},
		"an end that is none":         {want: rule, got: 0, fail: func(tr *trial) error { tr.world.Publish(songG, 9999); return nil }},
		"the server breaks off":       {got: 4096, fail: func(tr *trial) error { return tr.world.Strike(1, "404", songG, false, 0) }},
		"another file has the faults": {want: rule, got: 4096, fail: func(tr *trial) error { return tr.world.Strike(1, "404", songA, false, 0) }},
	} {
		tr := newTrial(t)
		tr.do(plan.Step{Do: plan.Open, Path: songG}, none)
		tr.do(plan.Step{Do: plan.Read, Length: 100}, history.Answer{Read: 100, Runs: run(6, 1, 0, 100)})
		if c.fail != nil {
			if err := c.fail(tr); err != nil {
				t.Fatal(err)
			}
		}
		a := history.Answer{Read: c.got}
		if c.got > 0 {
			a.Runs = run(6, 1, 0, c.got)
		}
		tr.do(plan.Step{Do: plan.Read, Length: 9000}, a)
		got := ""
		for _, f := range tr.Findings() {
			got = f.Rule
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q: %v", name, got, c.want, tr.Findings())
		}
	}
}
