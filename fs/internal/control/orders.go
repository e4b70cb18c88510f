package control

import (
	"sync"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/keylock"
)

// orders keeps users' commands in order. Orders for folders are carried out in the
// background one after another, with two exceptions. One whose folder is not listed yet
// holds up no other, but for those that follow it for the same folder. And a pause or a
// cancel does not wait for a start or a resume before it: that begins no download any more
// that the later one is for. A track never gets an earlier command after a later one.
type orders struct {
	keys keylock.Locks[struct{}] // a caller holds a key while it controls its download

	mu      sync.Mutex // guards what follows
	count   uint64
	open    int
	latest  map[string]uint64 // number of the last command for a track, by key, while an order is open
	stopped map[string]uint64 // number of the last pause or cancel of a folder with the track, likewise
	last    <-chan struct{}   // closed when all orders that are ready are done
	others  <-chan struct{}   // closed when those that are no start or resume are
}

// A Queue is the orders for one folder. The zero value is empty; the mutex of
// orders guards it.
type Queue struct {
	above       *Queue          // of the folder that shows this one; nil of the root
	ready, done <-chan struct{} // of the last of them; nil if there was none
	stopped     uint64          // number of the last that stops downloads
}

// LieIn says that the folder lies in that of another queue, before there is any order.
func (q *Queue) LieIn(above *Queue) { q.above = above }

// An Order is one command for a folder.
type Order struct {
	number uint64
	effect effect
	queue  *Queue
	ahead  <-chan struct{} // closed when the order before it for the same folder is ready
	before <-chan struct{} // closed when that one is done
	ready  chan struct{}
	worked chan struct{} // closed when its own work is done
	done   chan struct{} // closed when that and the orders before it for the same folder are done
	passed chan struct{} // closed when that and all that were ready before it are done
}

// An effect says what an order does to downloads.
type effect int

const (
	changes effect = iota // anything that must wait for all orders before it
	begins                // a start or a resume
	stops                 // a pause or a cancel of every download of the folder
)

func effectOf(c fetch.Command) effect {
	switch c {
	case fetch.Start, fetch.Resume:
		return begins
	case fetch.Pause, fetch.Cancel:
		return stops
	}
	return changes
}

func (o *orders) init() {
	o.latest, o.stopped = map[string]uint64{}, map[string]uint64{}
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
func (o *orders) begin(q *Queue, e effect) Order {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.count++
	o.open++
	n := Order{
		number: o.count, effect: e, queue: q, ahead: q.ready, before: q.done,
		ready: make(chan struct{}), worked: make(chan struct{}), done: make(chan struct{}), passed: make(chan struct{}),
	}
	q.ready, q.done = n.ready, n.done
	if e == stops {
		q.stopped = n.number
	}
	return n
}

// stop ends the orders for a folder, and for those in it, that begin downloads: the folder
// was removed.
func (o *orders) stop(q *Queue) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.count++
	q.stopped = o.count
}

// join makes an order the next of all that are ready. It returns what is closed when those
// that it waits for are done, and when all before it are; nil if there are none.
func (o *orders) join(n Order) (turn, all <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	turn, all = o.last, o.last
	if n.effect == stops {
		turn = o.others
	}
	o.last = n.passed
	if n.effect != begins {
		o.others = n.worked
	}
	close(n.ready)
	return turn, all
}

// end ends an order, once those before it are done.
func (o *orders) end(n Order, all <-chan struct{}) {
	close(n.worked)
	pass(n.before)
	close(n.done)
	pass(all)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open--; o.open == 0 {
		clear(o.latest)
		clear(o.stopped)
	}
	close(n.passed)
}

// pass waits until a channel is closed, if there is one.
func pass(gate <-chan struct{}) {
	if gate != nil {
		<-gate
	}
}

// cover notes that an order stops the tracks of these keys, those too that an earlier order
// would begin.
func (o *orders) cover(n Order, keys []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open < 2 {
		return // there is no other
	}
	for _, key := range keys {
		o.stopped[key] = max(o.stopped[key], n.number)
	}
}

// isTold reports whether a track may have had a command since an order that is open.
func (o *orders) isTold(key string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.latest[key] != 0
}

// isStopped reports whether an order begins no more downloads, as a later one stops those of
// its folder, or of one that this lies in.
func (o *orders) isStopped(n Order) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.isStoppedLocked(n)
}

func (o *orders) isStoppedLocked(n Order) bool {
	for q := n.queue; q != nil && n.effect == begins; q = q.above {
		if q.stopped > n.number {
			return true
		}
	}
	return false
}

// overtake notes that a track gets the command of an order. It reports false if a
// later word for the track came first.
func (o *orders) overtake(n Order, key string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.latest[key] > n.number || n.effect == begins && o.stopped[key] > n.number || o.isStoppedLocked(n) {
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
