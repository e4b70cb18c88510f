package fetch

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
)

// queue is a limiter under test whose turns write their names down as they come.
type queue struct {
	limiter
	t       *testing.T
	granted chan string
}

func newQueue(t *testing.T, perHost, total int) *queue {
	return &queue{limiter: limiter{perHost: perHost, total: total}, t: t, granted: make(chan string, 100)}
}

func (q *queue) ask(ctx context.Context, name string, t *turn) {
	if t.preempt == nil {
		t.preempt = func() { q.granted <- "preempt " + name }
	}
	go func() {
		if err := q.acquire(ctx, t, func() {}); err == nil {
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
		a, a2, b, c := &turn{host: "a"}, &turn{host: "a"}, &turn{host: "b"}, &turn{host: "c"}
		q.ask(ctx, "a", a)
		q.ask(ctx, "a2", a2)
		q.ask(ctx, "b", b)
		q.ask(ctx, "c", c)
		q.want("a", "b")
		q.release(b)
		q.want("c")
		q.release(a)
		q.want("a2")
		q.release(a2)
		q.release(c)
		q.want()
	})
}

func TestLimiterOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, ctx := newQueue(t, 2, 9), t.Context()
		first, second := &turn{host: "h", owner: 1}, &turn{host: "h", owner: 1}
		q.ask(ctx, "first", first)
		q.ask(ctx, "second", second)
		q.want("first", "second")
		greedy, other := &turn{host: "h", owner: 1}, &turn{host: "h", owner: 2}
		q.ask(ctx, "greedy", greedy)
		q.want()
		q.ask(ctx, "other", other)
		q.want("preempt second")
		q.release(second)
		q.want("other")
		q.release(first)
		q.want("greedy")
		q.release(other)
		q.release(greedy)
	})
}

func TestLimiterUrgentTakesATurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, ctx := newQueue(t, 2, 9), t.Context()
		old, young, wants := &turn{host: "h", owner: 1}, &turn{host: "h", owner: 2}, &turn{host: "h", owner: 3}
		q.ask(ctx, "old", old)
		q.ask(ctx, "young", young)
		q.ask(ctx, "blocked", wants)
		q.want("old", "young")
		q.hurry(wants, blocked)
		q.want("preempt young")
		q.hurry(wants, blocked)
		q.want()
		q.release(young)
		q.want("blocked")
		urgent := &turn{host: "h", urgency: blocked}
		q.ask(ctx, "urgent", urgent)
		q.want("preempt old")
		q.release(wants)
		q.want("urgent")
		q.release(old)
		q.release(urgent)
	})
}

// TestLimiterSparesThePinned has a read need a turn of those who fill: the one
// that would have to begin anew keeps its own as long as there is another.
func TestLimiterSparesThePinned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, ctx := newQueue(t, 2, 9), t.Context()
		old, pinned := &turn{host: "h", owner: 1}, &turn{host: "h", owner: 2}
		q.ask(ctx, "old", old)
		q.ask(ctx, "pinned", pinned)
		q.want("old", "pinned")
		q.pin(pinned)
		first, second := &turn{host: "h", owner: 3, urgency: blocked}, &turn{host: "h", owner: 4, urgency: blocked}
		q.ask(ctx, "first", first)
		q.want("preempt old")
		q.release(old)
		q.want("first")
		q.ask(ctx, "second", second)
		q.want("preempt pinned")
	})
}

func TestLimiterLeavesTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(t, 1, 1)
		ctx, cancel := context.WithCancelCause(t.Context())
		held := &turn{host: "h"}
		q.ask(t.Context(), "held", held)
		gone := errors.New("gone")
		left := make(chan error, 1)
		go func() { left <- q.acquire(ctx, &turn{host: "h", preempt: func() {}}, func() {}) }()
		synctest.Wait()
		cancel(gone)
		if err := <-left; !errors.Is(err, gone) {
			t.Errorf("acquire: %v, want the cause", err)
		}
		q.release(held)
		if len(q.waiting)+len(q.running) != 0 {
			t.Errorf("%d wait, %d run after all have left", len(q.waiting), len(q.running))
		}
	})
}

// TestLimiterLongQueue has thousands wait on some hosts, a quarter of them leave,
// and the rest take turns: never too many, none is forgotten, and the counts by
// host and owner end where they began.
func TestLimiterLongQueue(t *testing.T) {
	const perHost, hosts, owners, waiting = 16, 3, 50, 2000
	synctest.Test(t, func(t *testing.T) {
		l := &limiter{perHost: perHost, total: perHost * hosts}
		gone, leave := context.WithCancel(t.Context())
		turns := make(chan *turn, waiting)
		for i := range waiting {
			x := &turn{host: fmt.Sprint(i % hosts), owner: i % owners, preempt: func() {}}
			ctx := t.Context()
			if i >= perHost*hosts && i%4 == 0 {
				ctx = gone
			}
			go func() {
				if err := l.acquire(ctx, x, func() {}); err == nil {
					turns <- x
				}
			}()
		}
		synctest.Wait()
		leave()
		synctest.Wait()
		stayed := len(l.waiting) + len(l.running)
		if n := len(l.kinds()); n > 2*hosts { // of owners who have a turn, and who have none
			t.Errorf("room is to be made for %d of %d turns", n, len(l.waiting))
		}
		for range stayed {
			synctest.Wait()
			for host, n := range l.hosts {
				if is := l.count(func(o *turn) bool { return o.host == host }); n != is || n > perHost {
					t.Fatalf("%d run on %s, %d counted", is, host, n)
				}
			}
			l.release(<-turns)
		}
		if len(turns)+len(l.waiting)+len(l.running)+len(l.hosts)+len(l.owners) != 0 || stayed == waiting {
			t.Errorf("%d stayed; left are %d, %d, %v, %v", stayed, len(l.waiting), len(l.running), l.hosts, l.owners)
		}
	})
}

func (l *limiter) count(match func(*turn) bool) int {
	n := 0
	for _, t := range l.running {
		if match(t) {
			n++
		}
	}
	return n
}
