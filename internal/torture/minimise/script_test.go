package minimise

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// began and ended make a trace in which steps are carried out one after the other.
func carriedOut(p plan.Plan) []history.Event {
	var trace []history.Event
	for _, s := range p.Steps {
		trace = append(trace, history.Event{Kind: history.Began, Step: s}, history.Event{Kind: history.Ended, Step: s})
	}
	return trace
}

// A script has each step once, and a shell can read it.
func TestScript(t *testing.T) {
	p := plan.Wish{}.Draw(3, 1000)
	var text strings.Builder
	if err := Script(&text, Case{p, carriedOut(p)}, "a rule:\na finding"); err != nil {
		t.Fatal(err)
	}
	_, steps, _ := strings.Cut(text.String(), "mounted || exit\n")
	if got := strings.Count(steps, "\n") - strings.Count(tail, "\n") - 1; got != len(p.Steps) {
		t.Errorf("%d steps, want %d", got, len(p.Steps))
	}
	bash := exec.Command("bash", "-n")
	bash.Stdin = strings.NewReader(text.String())
	if out, err := bash.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// Steps that ran at the same time do so in the script.
func TestScriptOverlaps(t *testing.T) {
	read := plan.Step{ID: 1, Do: plan.Copy, How: "cp", Path: "it's"}
	cancel := plan.Step{ID: 2, By: 1, Do: plan.Control, Verb: "cancel", Path: "it's"}
	kill := plan.Step{ID: 3, By: plan.World, Do: plan.Kill}
	late := plan.Step{ID: 4, By: 1, Do: plan.Stat, Path: "b"}
	c := Case{plan.Plan{Steps: []plan.Step{read, cancel, kill, late}}, []history.Event{
		{Kind: history.Began, Step: read},
		{Kind: history.Began, Step: plan.Step{ID: 1_000_000, Do: plan.Stat}},
		{Kind: history.Began, Step: cancel}, {Kind: history.Ended, Step: cancel},
		{Kind: history.Ended, Step: read},
		{Kind: history.Began, Step: kill}, {Kind: history.Ended, Step: kill},
		{Kind: history.Began, Step: late},
	}}
	var text strings.Builder
	if err := Script(&text, c, "a finding"); err != nil {
		t.Fatal(err)
	}
	want := `step 1 0 copy cp 'it'\''s' & step1=$! # step 1 of worker 0
step 2 0 setfattr -n user.tunesfs.control -v cancel 'it'\''s' # step 2 of worker 1
wait $step1
remount kill # kill
step 4 0 stat 'b' & step4=$! # step 4 of worker 1
`
	if !strings.Contains(text.String(), want) {
		t.Error(text.String())
	}
}
