package idle

import (
	"testing"
	"time"
)

func TestPause(t *testing.T) {
	var p Pause
	now := time.Unix(1000, 0)
	if !p.IsOver(now) {
		t.Error("the first attempt waits")
	}
	for i, want := range []time.Duration{2, 4, 8, 16, 32, 60, 60} {
		p.Note(now, false)
		if end := now.Add(want * time.Second); p.IsOver(end.Add(-1)) || !p.IsOver(end) {
			t.Errorf("attempt %d: not allowed again after %d seconds", i, want)
		}
	}
	if p.Note(now, true); !p.IsOver(now) {
		t.Error("an attempt with an effect has the next one wait")
	}
	if p.Note(now, false); !p.IsOver(now.Add(minPause)) {
		t.Error("the pause does not begin again")
	}
}
