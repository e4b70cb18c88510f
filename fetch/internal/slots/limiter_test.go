package slots

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
)

// queue is a limiter under test whose slots write their names down as they come.
type queue struct {
	Limiter
	t       *testing.T
	granted chan string
}

func newQueue(t *testing.T, perHost, total int) *queue {
	return &queue{Limiter: Limiter{PerHost: perHost, Total: total}, t: t, granted: make(chan string, 100)}
}

func (q *queue) acquire(ctx context.Context, name string, t *Slot) {
	if t.Preempt == nil {
		t.Preempt = func() { q.granted <- "preempt " + name }
	}
	go func() {
		if err := q.Acquire(ctx, t, func() {}); err == nil {
			q.granted <- name
		}
	}()
	synctest.Wait()
}

func (q *queue) want(names ...string) {
	q.t.Helper()
	synctest.Wait()
	for _, name := range names {
		select {
		case got := <-q.granted:
			if got != name {
				q.t.Fatalf("got %q, want %q", got, name)
			}
		default:
			q.t.Fatalf("nothing happened, want %q", name)
		}
	}
	if len(q.granted) > 0 {
		q.t.Fatalf("unexpected: %q", <-q.granted)
	}
}

func TestLimiterPerHostAndTotal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, ctx := newQueue(t, 1, 2), t.Context()
		a, a2, b, c := &Slot{Host: "a"}, &Slot{Host: "a"}, &Slot{Host: "b"}, &Slot{Host: "c"}
		q.acquire(ctx, "a", a)
		q.acquire(ctx, "a2", a2)
		q.acquire(ctx, "b", b)
		q.acquire(ctx, "c", c)
		q.want("a", "b")
		q.Release(b)
		q.want("c")
		q.Release(a)
		q.want("a2")
		q.Release(a2)
		q.Release(c)
		q.want()
	})
}

func TestLimiterOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, ctx := newQueue(t, 2, 9), t.Context()
		first, second := &Slot{Host: "h", Owner: 1}, &Slot{Host: "h", Owner: 1}
		q.acquire(ctx, "first", first)
		q.acquire(ctx, "second", second)
		q.want("first", "second")
		greedy, other := &Slot{Host: "h", Owner: 1}, &Slot{Host: "h", Owner: 2}
		q.acquire(ctx, "greedy", greedy)
		q.want()
		q.acquire(ctx, "other", other)
		q.want("preempt second")
		q.Release(second)
		q.want("other")
		q.Release(first)
		q.want("greedy")
		q.Release(other)
		q.Release(greedy)
	})
}

func TestLimiterUrgentPreempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, ctx := newQueue(t, 2, 9), t.Context()
		old, young, wants := &Slot{Host: "h", Owner: 1}, &Slot{Host: "h", Owner: 2}, &Slot{Host: "h", Owner: 3}
		q.acquire(ctx, "old", old)
		q.acquire(ctx, "young", young)
		q.acquire(ctx, "blocked", wants)
		q.want("old", "young")
		q.SetPriority(wants, Demand)
		q.want("preempt young")
		q.SetPriority(wants, Demand)
		q.want()
		q.Release(young)
		q.want("blocked")
		urgent := &Slot{Host: "h", priority: Demand}
		q.acquire(ctx, "urgent", urgent)
		q.want("preempt old")
		q.Release(wants)
		q.want("urgent")
		q.Release(old)
		q.Release(urgent)
	})
}

// TestLimiterSparesThePinned has a read need a slot of those who fill: the one
// that would have to begin anew keeps its own as long as there is another.
func TestLimiterSparesThePinned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, ctx := newQueue(t, 2, 9), t.Context()
		old, pinned := &Slot{Host: "h", Owner: 1}, &Slot{Host: "h", Owner: 2}
		q.acquire(ctx, "old", old)
		q.acquire(ctx, "pinned", pinned)
		q.want("old", "pinned")
		q.Pin(pinned)
		first, second := &Slot{Host: "h", Owner: 3, priority: Demand}, &Slot{Host: "h", Owner: 4, priority: Demand}
		q.acquire(ctx, "first", first)
		q.want("preempt old")
		q.Release(old)
		q.want("first")
		q.acquire(ctx, "second", second)
		q.want("preempt pinned")
	})
}

func TestLimiterLeavesTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(t, 1, 1)
		ctx, cancel := context.WithCancelCause(t.Context())
		held := &Slot{Host: "h"}
		q.acquire(t.Context(), "held", held)
		gone := errors.New("gone")
		left := make(chan error, 1)
		go func() { left <- q.Acquire(ctx, &Slot{Host: "h", Preempt: func() {}}, func() {}) }()
		synctest.Wait()
		cancel(gone)
		if err := <-left; !errors.Is(err, gone) {
			t.Errorf("acquire: %v, want the cause", err)
		}
		q.Release(held)
		if len(q.waiting)+len(q.running) != 0 {
			t.Errorf("%d wait, %d run after all have left", len(q.waiting), len(q.running))
		}
	})
}

// TestLimiterLongQueue has thousands wait on some hosts, a quarter of them leave,
// and the rest take slots: never too many, none is forgotten, and the counts by
// host and owner end where they began.
func TestLimiterLongQueue(t *testing.T) {
	const perHost, hosts, owners, waiting = 16, 3, 50, 2000
	synctest.Test(t, func(t *testing.T) {
		l := &Limiter{PerHost: perHost, Total: perHost * hosts}
		gone, leave := context.WithCancel(t.Context())
		held := make(chan *Slot, waiting)
		for i := range waiting {
			x := &Slot{Host: fmt.Sprint(i % hosts), Owner: i % owners, Preempt: func() {}}
			ctx := t.Context()
			if i >= perHost*hosts && i%4 == 0 {
				ctx = gone
			}
			go func() {
				if err := l.Acquire(ctx, x, func() {}); err == nil {
					held <- x
				}
			}()
		}
		synctest.Wait()
		leave()
		synctest.Wait()
		stayed := len(l.waiting) + len(l.running)
		if n := len(l.kindsLocked()); n > 2*hosts { // of owners who have a slot, and who have none
			t.Errorf("room is to be made for %d of %d slots", n, len(l.waiting))
		}
		for range stayed {
			synctest.Wait()
			for host, n := range l.hosts {
				if is := l.countLocked(func(o *Slot) bool { return o.Host == host }); n != is || n > perHost {
					t.Fatalf("%d run on %s, %d counted", is, host, n)
				}
			}
			l.Release(<-held)
		}
		if len(held)+len(l.waiting)+len(l.running)+len(l.hosts)+len(l.owners) != 0 || stayed == waiting {
			t.Errorf("%d stayed; left are %d, %d, %v, %v", stayed, len(l.waiting), len(l.running), l.hosts, l.owners)
		}
	})
}

func (l *Limiter) countLocked(match func(*Slot) bool) int {
	n := 0
	for _, t := range l.running {
		if match(t) {
			n++
		}
	}
	return n
}
