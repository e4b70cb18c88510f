package history

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// A step comes after what had ended when it began, and after nothing else.
func TestOrder(t *testing.T) {
	var file bytes.Buffer
	enc := json.NewEncoder(&file)
	log := NewLog(func(e Event) {
		if err := enc.Encode(e); err != nil {
			t.Error(err)
		}
	})
	add := func(kind Kind, by, id int) { log.Add(Event{Kind: kind, Step: plan.Step{ID: id, By: by}}) }
	add(Began, 0, 1)
	add(Began, 1, 2)
	add(Ended, 0, 1)
	add(Began, plan.World, 3)
	add(Ended, plan.World, 3)
	add(Began, 0, 4)
	add(Ended, 1, 2)
	add(Began, 1, 5)
	want := Order{1: {}, 2: {}, 3: {0: 1}, 4: {plan.World: 3}, 5: {0: 1, plan.World: 3}}
	if got := OrderOf(log.Events()); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	// Without step 1 nothing is before 5 of actor 0, and without 3 nothing of the world.
	steps := []plan.Step{{ID: 2, By: 1}, {ID: 4, By: 0}, {ID: 5, By: 1}}
	if got := want.Of(steps); !reflect.DeepEqual(got, Order{2: {}, 4: {}, 5: {}}) {
		t.Errorf("of some: %v", got)
	}
	later := Order{9: {0: 4}}
	if got := later.Of([]plan.Step{{ID: 1}, {ID: 2}, {ID: 9, By: 1}}); !reflect.DeepEqual(got, Order{9: {0: 2}}) {
		t.Errorf("with another in its place: %v", got)
	}
	read, err := Load(&file)
	if err != nil || !reflect.DeepEqual(read, log.Events()) {
		t.Errorf("%v, %v", read, err)
	}
}
