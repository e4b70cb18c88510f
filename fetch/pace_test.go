package fetch

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// TestPaceIsBounded asks for more hosts than are remembered.
func TestPaceIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace
		busy := p.probes("busy.test")
		busy <- struct{}{}
		for i := range 5000 {
			name := fmt.Sprint(i)
			p.learn(name, &scaler{per: 1}, time.Now())
			time.Sleep(time.Second)
			if len(p.m) > 1025 {
				t.Fatalf("%d hosts are remembered", len(p.m))
			}
		}
		if p.probes("busy.test") != busy {
			t.Error("a host was forgotten during a probe")
		}
		var s scaler
		p.teach("4999", &s, 1<<20, time.Second, time.Now())
		if s.per != 1 {
			t.Error("the rate of a second ago was forgotten")
		}
	})
}

// TestLimiterIsBounded grants turns at more hosts than are remembered.
func TestLimiterIsBounded(t *testing.T) {
	l := limiter{perHost: 1, total: 2}
	busy := &turn{host: "busy.test", preempt: func() {}}
	if err := l.acquire(t.Context(), busy, func() {}); err != nil {
		t.Fatal(err)
	}
	for i := range 5000 {
		o := &turn{host: fmt.Sprint(i), preempt: func() {}}
		if err := l.acquire(t.Context(), o, func() {}); err != nil {
			t.Fatal(err)
		}
		l.release(o)
		if len(l.presses) > 1025 {
			t.Fatalf("%d hosts are remembered", len(l.presses))
		}
	}
	if l.presses["busy.test"] == nil {
		t.Error("a host was forgotten during a transfer")
	}
}
