package client

import (
	"path"
	"slices"
)

// needless has the verbs that do nothing below a folder which then gets another verb.
var needless = map[string][]string{
	"start":  {"start", "resume", "pause"},
	"pause":  {"start", "resume", "pause"},
	"resume": {"resume", "pause"},
	"cancel": {"start", "resume", "pause", "cancel"},
	"evict":  {"evict"},
}

// yielding has the verbs that do the same below a folder before and after a verb of that.
var yielding = map[string][]string{
	"pause":  {"cancel"},
	"cancel": {"evict"},
}

// replaceLocked adds a command for a folder below which others wait. Those that it makes
// needless end as if they were carried out. It goes before all others whose order does not
// matter: those of other folders, too.
func (q *queue) replaceLocked(c *command) {
	kept := make([]*command, 0, len(q.waiting)+1)
	at := 0 // behind the last that must be carried out before
	for _, old := range q.waiting {
		within := old.path != c.path && IsWithin(c.path, old.path)
		if within && slices.Contains(needless[c.verb], old.verb) {
			q.countLocked(old, -1)
			old.end(nil)
			continue
		}
		kept = append(kept, old)
		commutes := within && slices.Contains(yielding[c.verb], old.verb)
		if (within || IsWithin(old.path, c.path)) && !commutes {
			at = len(kept)
		}
	}
	q.waiting = slices.Insert(kept, at, c)
	q.countLocked(c, 1)
}

// countLocked counts a command that waits, or that no longer does, below each folder that
// its path lies in.
func (q *queue) countLocked(c *command, n int) {
	for at := c.path; at != ""; {
		if at = path.Dir(at); at == "." || at == "/" {
			at = ""
		}
		if q.below[at] += n; q.below[at] == 0 {
			delete(q.below, at)
		}
	}
}
