// Package tracks owns the app's knowledge of tracks and folders: their states, which the
// events of the mount tell, the attributes that were read, and the commands that they take.
//
// It must never ask the mount: it returns the questions. It draws nothing.
//
// Open table.go first. downloads.go has the downloads and total.go their sums; facts.go
// keeps attributes; states.go has the states and the commands.
package tracks

import (
	"path"
	"slices"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
)

// A Table is all that the app knows of tracks and folders: the downloads that events have
// told of, and the facts that were read.
type Table struct {
	*downloads
	facts *factCache
}

// NewTable returns a table that knows nothing. Its rows and sums are of the downloads in a
// folder, or of all; if folder is a track its rows are that, in any state.
func NewTable(folder string) *Table { return &Table{newDownloads(folder), newFactCache()} }

// Change takes in the change of a download: the facts of the folders that it lies in are
// old, and its own if it has ended. The caller calls Settle after the last one.
func (t *Table) Change(d client.Download, now time.Time) {
	t.apply(d, now)
	for dir := path.Dir(d.Path); d.Path != "" && dir != "." && dir != "/"; dir = path.Dir(dir) {
		t.facts.expire(dir, aging)
	}
	if d.State == Idle || d.State == Complete {
		t.Expire(d.Path)
	}
}

// Reset takes in the list of all active downloads. The caller calls Settle after it.
func (t *Table) Reset(list []client.Download, now time.Time) {
	t.replace(list, now)
	t.ExpireAll()
}

// Settle ends a change of the downloads.
func (t *Table) Settle() {
	if t.compact() {
		t.ExpireAll()
	}
}

// Expire has the facts of a path read again once it shows.
func (t *Table) Expire(path string) { t.facts.expire(path, expired) }

// ExpireAll has all facts read again.
func (t *Table) ExpireAll() { t.facts.expireAll() }

// Tick lets time pass: rates grow old, and so do the facts of the visible paths.
func (t *Table) Tick(now time.Time, visible []string) {
	t.slow(now)
	for _, p := range visible {
		if k := t.facts.get(p); k != nil && k.age == aging {
			k.age = expired
		}
	}
}

// Aging reports whether the facts of one of some paths are read at the next tick.
func (t *Table) Aging(paths []string) bool {
	for _, p := range paths {
		if k := t.facts.get(p); k != nil && k.age == aging {
			return true
		}
	}
	return false
}

// Unread asks for the facts of those of the visible paths that it does not know, and for all
// attributes of the path all, and at first whether the folder of its rows is one. If it
// knows those of all it asks for lost downloads.
func (t *Table) Unread(visible []string, all string) (question effect.ReadFacts, ok bool) {
	var paths []string
	for _, p := range visible {
		if p == "" {
			continue
		}
		if k := t.facts.get(p); k == nil || k.age == expired || p == all && !k.all && k.err == nil {
			paths = append(paths, p)
		}
	}
	if t.folder != "" && t.facts.get(t.folder) == nil && !slices.Contains(paths, t.folder) {
		paths = append(paths, t.folder)
	}
	if len(paths) == 0 {
		paths = t.lostPaths()
	}
	return effect.ReadFacts{Paths: paths, All: all, Changes: t.changes}, len(paths) > 0
}

// Learn takes in the answer. The caller calls Settle after it.
func (t *Table) Learn(answer effect.FactsRead) {
	for _, f := range answer.Facts {
		t.facts.put(f, f.Path == answer.All)
		if f.ID != "" {
			t.learn(f, answer.Changes)
		}
	}
	for path, err := range answer.Failed {
		t.facts.fail(path, err)
		t.drop(path)
	}
}

// Status returns the state of a path. The id of a track may be empty.
func (t *Table) Status(path, id string, folder bool) Status {
	s := Status{Folder: folder}
	if k := t.facts.get(path); k != nil {
		s.Facts, s.FactsErr = k.facts, k.err
	}
	f := s.Facts
	if f.ID != "" {
		id = f.ID
	}
	if d := t.find(id, path); d != nil && !folder && d.State != "" {
		s.Download, s.Known, s.Seen = d.Download, true, d.seen
		return s
	}
	s.Size, s.Held, s.Rate = client.Unknown, client.Unknown, client.Unknown
	if f.Path != "" {
		s.Known, s.State, s.Size, s.Held, s.Progress, s.Error = true, f.State, f.Size, f.Held, f.Progress, f.Error
		s.Waiting = f.Waiting
	}
	return s
}

// Rank orders paths by the states of their downloads.
func (t *Table) Rank(path string) int {
	if d := t.find("", path); d != nil {
		return stateRank(d.State)
	}
	if k := t.facts.get(path); k != nil {
		return stateRank(k.facts.State)
	}
	return len(stateOrder)
}
