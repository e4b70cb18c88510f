package fs

import (
	"hash/maphash"
	"sync"
)

// orders keeps users' words in order. Orders for folders are carried out in the
// background one after another, but for one whose folder is not listed yet: that
// and what follows it for the same folder hold up no other. A track is never
// told an earlier word after a later one.
type orders struct {
	seed maphash.Seed
	keys [64]sync.Mutex // held while the download of a key is controlled

	mu    sync.Mutex // guards what follows
	count uint64
	open  int
	words map[string]uint64 // number of the last word for a track, by key, while an order is open
	last  <-chan struct{}   // closed when the last order that is ready is done
}

// A queue is the orders for one folder. The mutex of orders guards it.
type queue struct {
	ready, done <-chan struct{} // of the last of them; nil if there was none
}

// An order is one word for a folder.
type order struct {
	number uint64
	ahead  <-chan struct{} // closed when the order before it for the same folder is ready
	ready  chan struct{}
	done   chan struct{}
}

func (o *orders) init() {
	o.seed = maphash.MakeSeed()
	o.words = map[string]uint64{}
}

func (o *orders) lock(key string) *sync.Mutex {
	mu := &o.keys[maphash.String(o.seed, key)%uint64(len(o.keys))]
	mu.Lock()
	return mu
}

// one notes a word for one track.
func (o *orders) one(key string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.count++
	if o.open > 0 {
		o.words[key] = o.count
	}
}

// begin adds an order to those for a folder.
func (o *orders) begin(q *queue) order {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.count++
	o.open++
	n := order{o.count, q.ready, make(chan struct{}), make(chan struct{})}
	q.ready, q.done = n.ready, n.done
	return n
}

// join makes an order the next of all that are ready, and returns what is closed
// when the one before it is done; nil if there is none.
func (o *orders) join(n order) (before <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	before, o.last = o.last, n.done
	close(n.ready)
	return before
}

func (o *orders) end(n order) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open--; o.open == 0 {
		clear(o.words)
	}
	close(n.done)
}

// overtake notes that a track is told what an order says. It reports false if a
// later word for the track came first.
func (o *orders) overtake(n order, key string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.words[key] > n.number {
		return false
	}
	o.words[key] = n.number
	return true
}

// lastOf returns what is closed when all orders for a folder up to now are
// carried out; nil if there was none.
func (o *orders) lastOf(q *queue) <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	return q.done
}
