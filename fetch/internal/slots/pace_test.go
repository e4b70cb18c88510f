package slots

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// TestPaceIsBounded asks for more hosts than are remembered.
func TestPaceIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p Pace
		busy := p.Probes("busy.test")
		busy <- struct{}{}
		for i := range 5000 {
			name := fmt.Sprint(i)
			p.Learn(name, &Scaler{PerConnection: 1}, time.Now())
			time.Sleep(time.Second)
			if len(p.m) > 1025 {
				t.Fatalf("%d hosts are remembered", len(p.m))
			}
		}
		if p.Probes("busy.test") != busy {
			t.Error("a host was forgotten during a probe")
		}
		var s Scaler
		p.Teach("4999", &s, 1<<20, time.Second, time.Now())
		if s.PerConnection != 1 {
			t.Error("the rate of a second ago was forgotten")
		}
	})
}

// TestLimiterIsBounded grants slots at more hosts than are remembered.
func TestLimiterIsBounded(t *testing.T) {
	l := Limiter{PerHost: 1, Total: 2}
	busy := &Slot{Host: "busy.test", Preempt: func() {}}
	if err := l.Acquire(t.Context(), busy, func() {}); err != nil {
		t.Fatal(err)
	}
	for i := range 5000 {
		o := &Slot{Host: fmt.Sprint(i), Preempt: func() {}}
		if err := l.Acquire(t.Context(), o, func() {}); err != nil {
			t.Fatal(err)
		}
		l.Release(o)
		if len(l.backgrounds) > 1025 {
			t.Fatalf("%d hosts are remembered", len(l.backgrounds))
		}
	}
	if l.backgrounds["busy.test"] == nil {
		t.Error("a host was forgotten during a transfer")
	}
}
