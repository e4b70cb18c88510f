package tracks

import (
	"errors"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// maxFacts is how many facts are kept at least; twice as many at most.
const maxFacts = 2000

// An age says when facts are read again.
type age int

const (
	fresh   age = iota // not by themselves
	aging              // at the next tick
	expired            // as soon as they show
)

// cachedFacts are the facts of a path.
type cachedFacts struct {
	facts client.Facts
	all   bool // with all attributes
	age   age
	err   error // why there are no facts
}

// A factCache keeps the facts of the paths that were used last. When recent is full it
// replaces older.
type factCache struct{ recent, older map[string]*cachedFacts }

func newFactCache() *factCache {
	return &factCache{recent: map[string]*cachedFacts{}}
}

// get returns the facts of a path, or nil.
func (c *factCache) get(path string) *cachedFacts {
	if k, ok := c.recent[path]; ok {
		return k
	}
	k, ok := c.older[path]
	if !ok {
		return nil
	}
	c.keep(path, k)
	return k
}

func (c *factCache) keep(path string, k *cachedFacts) {
	if len(c.recent) >= maxFacts {
		c.older, c.recent = c.recent, map[string]*cachedFacts{}
	}
	c.recent[path] = k
}

// put keeps facts that were read, with all attributes or without.
func (c *factCache) put(facts client.Facts, all bool) {
	c.keep(facts.Path, &cachedFacts{facts: facts, all: all})
}

// fail says why there are no facts of a path. Those that were read before stay. They are
// read again, unless the path is not there.
func (c *factCache) fail(path string, err error) {
	k := c.get(path)
	if k == nil {
		k = &cachedFacts{}
		c.keep(path, k)
	}
	k.age, k.err = aging, err
	if errors.Is(err, client.ErrNotFound) {
		k.age = fresh
	}
}

// expire makes the facts of a path at least this old.
func (c *factCache) expire(path string, to age) {
	if k := c.get(path); k != nil {
		k.age = max(k.age, to)
	}
}

// expireAll makes all facts expired.
func (c *factCache) expireAll() {
	for _, m := range []map[string]*cachedFacts{c.recent, c.older} {
		for _, k := range m {
			k.age = expired
		}
	}
}
