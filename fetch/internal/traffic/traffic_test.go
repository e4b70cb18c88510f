package traffic

import "testing"

// TestOthers begins and ends transfers, and asks of others.
func TestOthers(t *testing.T) {
	var tr Traffic
	others := func(want bool, but ...any) {
		t.Helper()
		if got, _ := tr.Others(but...); got != want {
			t.Errorf("others than %v: %v, want %v", but, got, want)
		}
	}
	others(false)
	others(false, "a")
	tr.Begin("a")
	others(true)
	others(false, "a")
	others(false, "a", "a")
	tr.Begin("a")
	tr.Begin("b")
	others(true, "a")
	others(true, "a", "a")
	others(false, "a", "b")
	tr.End("b")
	others(false, "a")
	tr.End("a")
	others(true)
	tr.End("a")
	others(false)
	if len(tr.count) > 0 {
		t.Errorf("it keeps %v", tr.count)
	}
}

// TestChanged waits for changes: of the owners under way, and of nothing else.
func TestChanged(t *testing.T) {
	var tr Traffic
	closed := func(c <-chan struct{}) bool {
		select {
		case <-c:
			return true
		default:
			return false
		}
	}
	_, begun := tr.Others()
	tr.Begin("a")
	_, again := tr.Others()
	tr.Begin("a")
	tr.End("a")
	if !closed(begun) || closed(again) {
		t.Errorf("begun %v, again %v", closed(begun), closed(again))
	}
	if tr.End("a"); !closed(again) {
		t.Error("the end is no change")
	}
}
