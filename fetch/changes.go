package fetch

import (
	"context"
	"sync"
)

// changes collects what became of downloads, and tells it in order from a
// goroutine that no transfer waits for.
type changes struct {
	mu     sync.Mutex
	list   []change
	last   map[string]int // where in list the last change of a key is
	notify chan struct{}
}

// A change is a new status of a download; was is its state before.
type change struct {
	now Status
	was State
}

func (c *changes) init() {
	c.last = make(map[string]int)
	c.notify = make(chan struct{}, 1)
}

// add notes a change. Changes of one download within one state that nobody was
// told of yet are one.
func (c *changes) add(now Status, was State) {
	c.mu.Lock()
	if i, ok := c.last[now.Key]; ok && c.list[i].now.State == now.State {
		c.list[i].now = now
	} else {
		c.last[now.Key] = len(c.list)
		c.list = append(c.list, change{now, was})
	}
	c.mu.Unlock()
	select {
	case c.notify <- struct{}{}:
	default:
	}
}

func (c *changes) take() []change {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.list
	c.list = nil
	clear(c.last)
	return list
}

// deliver calls told for every change until ctx ends.
func (c *changes) deliver(ctx context.Context, told func(now Status, was State)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.notify:
		}
		for _, n := range c.take() {
			if told != nil {
				told(n.now, n.was)
			}
		}
	}
}
