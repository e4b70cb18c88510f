package ui

import (
	"errors"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// maxFacts is how many facts are kept at least; twice as many at most.
const maxFacts = 2000

// An age says whether facts are good enough.
type age int

const (
	fresh   age = iota
	aging       // they are read again at the next tick
	expired     // they are read again as soon as possible
)

// A known is what is known of a path.
type known struct {
	facts client.Facts
	all   bool // with all attributes
	age   age
	err   error // why there are no facts
}

// A factCache keeps the facts of the paths that were asked for last. When recent is full
// it takes the place of older.
type factCache struct{ recent, older map[string]*known }

func newFactCache() *factCache {
	return &factCache{recent: map[string]*known{}}
}

// get returns what is known of a path, or nil.
func (c *factCache) get(path string) *known {
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

func (c *factCache) keep(path string, k *known) {
	if len(c.recent) >= maxFacts {
		c.older, c.recent = c.recent, map[string]*known{}
	}
	c.recent[path] = k
}

// put takes in facts that were read, all or some.
func (c *factCache) put(facts client.Facts, all bool) {
	c.keep(facts.Path, &known{facts: facts, all: all})
}

// fail says why there are no facts of a path. Those that were read before stay. They are
// read again, unless the path is not there.
func (c *factCache) fail(path string, err error) {
	k := c.get(path)
	if k == nil {
		k = &known{}
		c.keep(path, k)
	}
	k.age, k.err = aging, err
	if errors.Is(err, client.ErrNotFound) {
		k.age = fresh
	}
}

// expire has the facts of a path be read again when that shows.
func (c *factCache) expire(path string, to age) {
	if k := c.get(path); k != nil {
		k.age = max(k.age, to)
	}
}

// expireAll is expire for all paths.
func (c *factCache) expireAll() {
	for _, m := range []map[string]*known{c.recent, c.older} {
		for _, k := range m {
			k.age = expired
		}
	}
}

// A status is how a row stands, from the latest news of it.
type status struct {
	client.Download
	known  bool
	folder bool
}

// statusOf returns how a track or a folder stands.
func (m *Model) statusOf(r row) (s status, k *known) {
	k = m.facts.get(r.path)
	id := r.id
	if k != nil && k.facts.ID != "" {
		id = k.facts.ID
	}
	if d := m.downloads.find(id, r.path); d != nil && !r.folder && d.State != "" {
		return status{Download: d.Download, known: true}, k
	}
	s.folder, s.Size, s.Held, s.Rate = r.folder, client.Unknown, client.Unknown, client.Unknown
	if k == nil || k.facts.Path == "" {
		return s, k
	}
	f := k.facts
	s.known, s.State, s.Size, s.Held, s.Progress, s.Error = true, f.State, f.Size, f.Held, f.Progress, f.Error
	return s, k
}
