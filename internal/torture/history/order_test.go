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
	read, err := Load(&file)
	if err != nil || !reflect.DeepEqual(read, log.Events()) {
		t.Errorf("%v, %v", read, err)
	}
}
