package ui

import (
	"path"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
)

// A table is all that the app knows of tracks and folders: the downloads that events have
// told of, and the facts that were read.
type table struct {
	*downloads
	facts *factCache
}

// newTable returns a table that knows nothing.
func newTable() *table { return &table{newDownloads(), newFactCache()} }

// change takes in the change of a download: the facts of the folders that it lies in are
// old, and its own if it has ended. The caller calls settle after the last one.
func (t *table) change(d client.Download, now time.Time) {
	t.apply(d, now)
	for dir := path.Dir(d.Path); d.Path != "" && dir != "." && dir != "/"; dir = path.Dir(dir) {
		t.facts.expire(dir, aging)
	}
	if d.State == idle || d.State == complete {
		t.expire(d.Path)
	}
}

// reset takes in all downloads that are active, as change does.
func (t *table) reset(list []client.Download, now time.Time) {
	t.replace(list, now)
	t.expireAll()
}

// settle ends a change of the downloads.
func (t *table) settle() {
	if t.compact() {
		t.expireAll()
	}
}

// expire has the facts of a path read again once it shows.
func (t *table) expire(path string) { t.facts.expire(path, expired) }

// expireAll has all facts read again.
func (t *table) expireAll() { t.facts.expireAll() }

// tick takes in that time has passed: rates grow old, and so do the facts of the paths that
// show.
func (t *table) tick(now time.Time, visible []string) {
	t.slow(now)
	for _, p := range visible {
		if k := t.facts.get(p); k != nil && k.age == aging {
			k.age = expired
		}
	}
}

// aging reports whether the facts of one of some paths are read at the next tick.
func (t *table) aging(paths []string) bool {
	for _, p := range paths {
		if k := t.facts.get(p); k != nil && k.age == aging {
			return true
		}
	}
	return false
}

// unread asks for the facts of the paths that show, as far as they are not known, and for
// all attributes of the path all. When all are known it asks for lost downloads.
func (t *table) unread(visible []string, all string) (question effect.ReadFacts, ok bool) {
	var paths []string
	for _, p := range visible {
		if p == "" {
			continue
		}
		if k := t.facts.get(p); k == nil || k.age == expired || p == all && !k.all && k.err == nil {
			paths = append(paths, p)
		}
	}
	if len(paths) == 0 {
		paths = t.lostPaths()
	}
	return effect.ReadFacts{Paths: paths, All: all, Changes: t.changes}, len(paths) > 0
}

// learn takes in the answer. The caller calls settle after it.
func (t *table) learn(answer effect.FactsRead) {
	for _, f := range answer.Facts {
		t.facts.put(f, f.Path == answer.All)
		if f.ID != "" {
			t.reconcile(f, answer.Changes)
		}
	}
	for path, err := range answer.Failed {
		t.facts.fail(path, err)
		t.drop(path)
	}
}

// status returns the state of a path. The id of a track may be empty.
func (t *table) status(path, id string, folder bool) status {
	s := status{folder: folder}
	if k := t.facts.get(path); k != nil {
		s.facts, s.factsErr = k.facts, k.err
	}
	f := s.facts
	if f.ID != "" {
		id = f.ID
	}
	if d := t.find(id, path); d != nil && !folder && d.State != "" {
		s.Download, s.known, s.seen = d.Download, true, d.seen
		return s
	}
	s.Size, s.Held, s.Rate = client.Unknown, client.Unknown, client.Unknown
	if f.Path != "" {
		s.known, s.State, s.Size, s.Held, s.Progress, s.Error = true, f.State, f.Size, f.Held, f.Progress, f.Error
		s.Waiting = f.Waiting
	}
	return s
}

// rank orders paths by the states of their downloads.
func (t *table) rank(path string) int {
	if d := t.find("", path); d != nil {
		return stateRank(d.State)
	}
	if k := t.facts.get(path); k != nil {
		return stateRank(k.facts.State)
	}
	return len(stateOrder)
}
