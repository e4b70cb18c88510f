package control

import "testing"

// closed reports whether a channel is, or there is none.
func closed(gate <-chan struct{}) bool {
	select {
	case <-gate:
		return true
	default:
		return gate == nil
	}
}

// A word for one track is not overtaken by an earlier one for a folder of it.
func TestWords(t *testing.T) {
	var o orders
	var abba, also Queue
	o.init()
	first, second := o.begin(&abba), o.begin(&also)
	o.one("a")
	third := o.begin(&abba)
	if o.overtake(first, "a") || o.overtake(second, "a") || !o.overtake(third, "a") {
		t.Error("the last word for a was the third order")
	}
	if !o.overtake(second, "b") || o.overtake(first, "b") || !o.overtake(third, "b") {
		t.Error("b was told the second order, and then an earlier one, or no later one")
	}
	for _, n := range []Order{first, second, third} {
		o.join(n)
		o.end(n)
	}
	if len(o.latest) > 0 {
		t.Errorf("%d words are kept for nothing", len(o.latest))
	}
}

// An order that is not ready holds up those for its own folder only; those that
// are ready are carried out in turn.
func TestOrdersInTurn(t *testing.T) {
	var o orders
	var slow, abba Queue
	o.init()
	hung, next := o.begin(&slow), o.begin(&slow)
	one, two := o.begin(&abba), o.begin(&abba)
	if !closed(one.ahead) || closed(two.ahead) || closed(next.ahead) {
		t.Error("the first order for a folder waits, or the second does not")
	}
	if !closed(o.join(one)) {
		t.Error("an order waits for another folder's that is not ready")
	}
	if !closed(two.ahead) || closed(o.join(two)) {
		t.Error("the second order is not carried out after the first")
	}
	o.end(one)
	o.end(two)
	if !closed(o.lastOf(&abba)) || closed(o.lastOf(&slow)) {
		t.Error("a folder that settled all is not told from one that did not")
	}
	if !closed(o.join(hung)) || closed(o.join(next)) {
		t.Error("the orders that waited are not carried out in turn")
	}
}
