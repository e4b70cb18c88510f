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
	first, second := o.begin(&abba, changes), o.begin(&also, changes)
	o.one("a")
	third := o.begin(&abba, changes)
	if o.overtake(first, "a") || o.overtake(second, "a") || !o.overtake(third, "a") {
		t.Error("the last word for a was the third order")
	}
	if !o.overtake(second, "b") || o.overtake(first, "b") || !o.overtake(third, "b") {
		t.Error("b was told the second order, and then an earlier one, or no later one")
	}
	if !o.isTold("a") || o.isTold("c") {
		t.Error("a was told nothing, or c something")
	}
	for _, n := range []Order{first, second, third} {
		_, all := o.join(n)
		o.end(n, all)
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
	hung, next := o.begin(&slow, changes), o.begin(&slow, changes)
	one, two := o.begin(&abba, changes), o.begin(&abba, changes)
	if !closed(one.ahead) || closed(two.ahead) || closed(next.ahead) {
		t.Error("the first order for a folder waits, or the second does not")
	}
	turn, all := o.join(one)
	if !closed(turn) {
		t.Error("an order waits for another folder's that is not ready")
	}
	second, afterBoth := o.join(two)
	if !closed(two.ahead) || closed(second) {
		t.Error("the second order is not carried out after the first")
	}
	o.end(one, all)
	o.end(two, afterBoth)
	if !closed(second) || !closed(o.lastOf(&abba)) || closed(o.lastOf(&slow)) {
		t.Error("a folder that settled all is not told from one that did not")
	}
	if turn, _ := o.join(hung); !closed(turn) {
		t.Error("an order waits for those that are done")
	}
	if turn, _ := o.join(next); closed(turn) {
		t.Error("the orders that waited are not carried out in turn")
	}
}

// A pause of a folder ends the earlier orders that begin downloads: those for the folder
// and for what lies in it wholly, others for its tracks.
func TestStop(t *testing.T) {
	var o orders
	var root, abba, sub, other Queue
	o.init()
	abba.LieIn(&root)
	sub.LieIn(&abba)
	other.LieIn(&root)
	evict := o.begin(&abba, changes)
	starts := map[string]Order{"root": o.begin(&root, begins), "abba": o.begin(&abba, begins), "sub": o.begin(&sub, begins), "other": o.begin(&other, begins)}
	pause := o.begin(&abba, stops)
	o.cover(pause, []string{"shared"})
	later := o.begin(&abba, begins)
	for name, c := range map[string]struct {
		order           Order
		shared, another bool // whether it may begin these tracks
	}{
		"root": {starts["root"], false, true}, "abba": {starts["abba"], false, false}, "sub": {starts["sub"], false, false},
		"other": {starts["other"], false, true}, "evict": {evict, true, true}, "later": {later, true, true},
	} {
		clear(o.latest)
		if o.overtake(c.order, "shared") != c.shared || o.overtake(c.order, "another") != c.another {
			t.Errorf("the order %s is ended, or is not", name)
		}
	}
	o.stop(&abba)
	if o.overtake(later, "another") {
		t.Error("the last order for a removed folder begins a download")
	}
}

// A pause does not wait for a start before it, but for what else is before it. All that
// comes after them waits for both.
func TestStopGoesFirst(t *testing.T) {
	var o orders
	var abba, bach Queue
	o.init()
	start, pause, cancel, evict := o.begin(&abba, begins), o.begin(&bach, stops), o.begin(&bach, stops), o.begin(&abba, changes)
	_, none := o.join(start)
	turn, afterStart := o.join(pause)
	if !closed(turn) {
		t.Error("the pause waits for the start")
	}
	second, afterPause := o.join(cancel)
	third, _ := o.join(evict)
	if closed(second) || closed(third) {
		t.Error("an order does not wait for the pause")
	}
	go o.end(pause, afterStart)
	<-pause.done
	go o.end(cancel, afterPause)
	<-cancel.done
	if !closed(second) || closed(third) {
		t.Error("the cancel waits for the start, or the eviction does not")
	}
	o.end(start, none)
	<-third
}
