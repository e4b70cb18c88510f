package recent

import (
	"fmt"
	"testing"
)

// The last 10,000 keys are remembered, and never more than twice as many.
func TestBound(t *testing.T) {
	var m Map[int]
	const put = 55_555
	for i := range put {
		if _, known := m.Put(fmt.Sprint(i), i); known {
			t.Fatalf("%d is known before it was put", i)
		}
		if n := len(m.young) + len(m.old); n > 20_000 {
			t.Fatalf("%d keys are remembered", n)
		}
	}
	for i := put - 10_000; i < put; i++ {
		if got, ok := m.Get(fmt.Sprint(i)); !ok || got != i {
			t.Fatalf("%d is forgotten: %d, %v", i, got, ok)
		}
	}
	if _, ok := m.Get("0"); ok {
		t.Error("the first key is still remembered")
	}
}

// A key has the value put last, also where it was put long ago before that.
func TestPutAgain(t *testing.T) {
	var m Map[int]
	m.Put("a", 1)
	if before, known := m.Put("a", 2); !known || before != 1 {
		t.Errorf("before there was %d, %v", before, known)
	}
	for i := range Limit {
		m.Put(fmt.Sprint(i), i)
	}
	if before, known := m.Put("a", 3); !known || before != 2 {
		t.Errorf("before there was %d, %v", before, known)
	}
	if got, ok := m.Get("a"); !ok || got != 3 {
		t.Errorf("now there is %d, %v", got, ok)
	}
}

// A key that is put all the time pushes no other out.
func TestOneKey(t *testing.T) {
	var m Map[int]
	m.Put("a", 1)
	for i := range 5 * Limit {
		m.Put("b", i)
	}
	if _, ok := m.Get("a"); !ok {
		t.Error("a is forgotten")
	}
}

// A map tells whether it has forgotten anything.
func TestRemembers(t *testing.T) {
	var m Map[int]
	for i := range 2 * Limit {
		m.Put(fmt.Sprint(i), i)
	}
	if _, ok := m.Get("0"); !ok || !m.Remembers() {
		t.Error("of 20,000 keys some are forgotten")
	}
	m.Put("one more", 0)
	if m.Remembers() {
		t.Error("all of 20,001 keys are remembered")
	}
}
