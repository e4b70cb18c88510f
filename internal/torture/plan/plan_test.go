package plan

import (
	"bytes"
	"reflect"
	"testing"
)

// One seed makes one plan, and a plan outlasts a file.
func TestPlan(t *testing.T) {
	for seed := range uint64(20) {
		p := Wish{}.Draw(seed, 2000)
		if !reflect.DeepEqual(p, Wish{}.Draw(seed, 2000)) {
			t.Fatalf("seed %d makes two plans", seed)
		}
		var file bytes.Buffer
		if err := p.Write(&file); err != nil {
			t.Fatal(err)
		}
		read, err := Load(&file)
		if err != nil || !reflect.DeepEqual(p, read) {
			t.Fatalf("seed %d: another plan comes back: %v", seed, err)
		}
		checkPlan(t, p)
	}
}

// checkPlan checks that a plan can be carried out.
func checkPlan(t *testing.T, p Plan) {
	t.Helper()
	byID, workerSteps := map[int]Step{}, 0
	due := map[int]int{}
	for i, s := range p.Steps {
		byID[s.ID] = s
		if s.By != World {
			workerSteps++
		}
		switch {
		case s.ID != i:
			t.Fatalf("step %d has ID %d", i, s.ID)
		case s.By == World && s.After < due[s.Round]:
			t.Errorf("step %d of the world is due before the one that it follows", i)
		case s.Do == Heal && (byID[s.Ends].Do != Strike || byID[s.Ends].Round != s.Round):
			t.Errorf("step %d ends %+v", i, byID[s.Ends])
		case (s.Do == Open || s.Do == Read || s.Do == Copy || s.Do == Stat) && s.Signal == 0:
			t.Errorf("step %d may wait for ever: %+v", i, s)
		}
		if s.By == World {
			due[s.Round] = s.After
		}
	}
	if workerSteps < 2000 || workerSteps > 2500 {
		t.Errorf("%d steps of workers", workerSteps)
	}
}
