package fetch

import (
	"context"
	"sync"
)

// changes collects the keys of downloads whose status changed, and tells them
// one after the other from a goroutine that no transfer waits for.
type changes struct {
	mu    sync.Mutex
	keys  []string
	known map[string]bool
	wake  chan struct{}
}

func (c *changes) init() {
	c.known = make(map[string]bool)
	c.wake = make(chan struct{}, 1)
}

// add notes a change. Changes of one key that nobody was told of yet are one.
func (c *changes) add(key string) {
	c.mu.Lock()
	if !c.known[key] {
		c.known[key] = true
		c.keys = append(c.keys, key)
	}
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *changes) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	keys := c.keys
	c.keys = nil
	clear(c.known)
	return keys
}

// deliver calls told for every change until ctx ends.
func (c *changes) deliver(ctx context.Context, told func(key string)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		}
		for _, key := range c.take() {
			if told != nil {
				told(key)
			}
		}
	}
}
