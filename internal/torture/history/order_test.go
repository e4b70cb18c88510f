package history

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// A step comes after what had begun and ended when it began, and after nothing else.
func TestOrder(t *testing.T) {
	var file bytes.Buffer
	enc := json.NewEncoder(&file)
	log := NewLog(func(e Event) {
		if err := enc.Encode(e); err != nil {
			t.Error(err)
		}
	})
	at := time.Duration(3)
	add := func(kind Kind, by, id int) { log.Add(Event{Kind: kind, At: at, Step: plan.Step{ID: id, By: by}}) }
	add(Began, 0, 1)
	add(Began, 1, 2)
	add(Ended, 0, 1)
	add(Began, plan.World, 3)
	add(Ended, plan.World, 3)
	add(Began, 0, 4)
	add(Ended, 1, 2)
	add(Began, 0, 1_000_000) // of a checkpoint
	at += 7
	add(Began, 1, 5)
	at += 60 // of a checkpoint
	add(Began, 0, 7)
	const w = plan.World
	steps := []plan.Step{{ID: 1}, {ID: 2, By: 1}, {ID: 3, By: w}, {ID: 4}, {ID: 5, By: 1}, {ID: 6, By: 2}, {ID: 7, Round: 1}}
	for name, test := range map[string]struct {
		steps []plan.Step
		want  Order
	}{
		"all": {steps, Order{
			1: {Before: map[int]Point{}},
			2: {Before: map[int]Point{0: {1, false}}},
			3: {Before: map[int]Point{0: {1, true}, 1: {2, false}}},
			4: {Before: map[int]Point{1: {2, false}, w: {3, true}}},
			5: {Before: map[int]Point{0: {4, false}, w: {3, true}}, Gap: 7},
			6: {Before: map[int]Point{0: {7, false}, 1: {5, false}, w: {3, true}}}, // it never began
			7: {Before: map[int]Point{1: {5, false}, w: {3, true}}},                // a round begins with no gap
		}},
		// The last before it stands for one that is left out.
		"without 4": {[]plan.Step{steps[0], steps[4]}, Order{
			1: {Before: map[int]Point{}}, 5: {Before: map[int]Point{0: {1, true}}, Gap: 7}}},
	} {
		if got := OrderOf(log.Events(), test.steps); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := OrderOf(nil, steps); len(got) > 0 {
		t.Errorf("of no run: %v", got)
	}
	read, err := Load(&file)
	if err != nil || !reflect.DeepEqual(read, log.Events()) {
		t.Errorf("%v, %v", read, err)
	}
}
