package control

import (
	"sync"

	"github.com/tunesfs/tunesfs/internal/keylock"
)

// orders keeps users' commands in order. Orders for folders are carried out in the
// background one after another, but for one whose folder is not listed yet: that
// and those that follow it for the same folder hold up no other. A track never
// gets an earlier command after a later one.
type orders struct {
	keys keylock.Locks[struct{}] // a caller holds a key while it controls its download

	mu     sync.Mutex // guards what follows
	count  uint64
	open   int
	latest map[string]uint64 // number of the last command for a track, by key, while an order is open
	last   <-chan struct{}   // closed when the last order that is ready is done
}

// A Queue is the orders for one folder. The zero value is empty; the mutex of
// orders guards it.
type Queue struct {
	ready, done <-chan struct{} // of the last of them; nil if there was none
}

// An Order is one command for a folder.
type Order struct {
	number uint64
	ahead  <-chan struct{} // closed when the order before it for the same folder is ready
	ready  chan struct{}
	done   chan struct{}
}

func (o *orders) init() {
	o.latest = map[string]uint64{}
}

// one notes a command for one track.
func (o *orders) one(key string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.count++
	if o.open > 0 {
		o.latest[key] = o.count
	}
}

// begin adds an order to those for a folder.
func (o *orders) begin(q *Queue) Order {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.count++
	o.open++
	n := Order{o.count, q.ready, make(chan struct{}), make(chan struct{})}
	q.ready, q.done = n.ready, n.done
	return n
}

// join makes an order the next of all that are ready, and returns what is closed
// when the one before it is done; nil if there is none.
func (o *orders) join(n Order) (before <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	before, o.last = o.last, n.done
	close(n.ready)
	return before
}

func (o *orders) end(n Order) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open--; o.open == 0 {
		clear(o.latest)
	}
	close(n.done)
}

// overtake notes that a track gets the command of an order. It reports false if a
// later word for the track came first.
func (o *orders) overtake(n Order, key string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.latest[key] > n.number {
		return false
	}
	o.latest[key] = n.number
	return true
}

// lastOf returns what is closed when all orders for a folder up to now are
// carried out; nil if there was none.
func (o *orders) lastOf(q *Queue) <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	return q.done
}
