// Package oracle owns the verdict on what a mount answers. It knows the contract,
// fs/semantics.md, and the ledger of the world.
//
// It must never know the program that is judged. Open oracle.go first: Judge takes
// events in their order. bytes.go judges what was read, errno.go which errors are
// allowed, cells.go counts the cases, verbs.go what commands promise, names.go listings and
// attributes, cache.go what befalls the cache.
package oracle

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
	"github.com/tunesfs/tunesfs/internal/torture/world"
)

// A Finding is an answer that the contract does not allow.
type Finding struct {
	Rule    string // that it breaks, in a few words
	Event   history.Event
	Allowed []string // errors that would have been right
	Text    string
}

func (f Finding) String() string {
	s := f.Event.Step
	return fmt.Sprintf("%s: at %.3f s in round %d, step %d of %d (%s %s %s%s): %s",
		f.Rule, f.Event.At.Seconds(), s.Round, s.ID, s.By, s.Do, s.Path, s.How, s.Verb, f.Text)
}

// An Oracle judges one run. Its methods may be called at any time.
type Oracle struct {
	world *world.World
	files map[string]string // paths in the ledger by their last name
	quota bool              // the cache may be full
	opt   Options

	mu       sync.Mutex
	began    map[int]time.Duration // guarded by mu, as all below; of steps under way
	handles  map[handleKey]*handle
	touches  []touch
	claims   map[string]claim
	waits    map[int]wait // by worker
	fresh    map[string]sighting
	mounts   []ending
	lists    map[string]time.Duration
	through  time.Duration // when the first step got through the root of this mount; 0 before
	troubles []trouble     // of the cache
	findings []Finding
	states   map[string]string // of files, as seen last
	cells    map[Cell]int
}

// A span is from a start to an end.
type span struct{ from, to time.Duration }

func (s span) meets(from, to time.Duration) bool { return s.from <= to && from <= s.to }

// Options say which mount is judged, and how.
type Options struct {
	// Host is what the mount calls the origin; "" if another mount calls it the same.
	Host   string
	Ignore []string // rules whose findings do not count
	Only   []string // if any, the rules whose findings count
	// Stretch is how many times longer than usual all may take; 0 is 1.
	Stretch int
}

// New returns an oracle for one mount in a run of w.
func New(w *world.World, setup plan.Setup, opt Options) *Oracle {
	files := map[string]string{}
	for _, p := range w.Paths() {
		for _, name := range w.Names(p) {
			files[name] = p
		}
	}
	return &Oracle{
		world: w, files: files, opt: opt, quota: slices.Contains(setup.Flags, "--cache-size"),
		began: map[int]time.Duration{}, handles: map[handleKey]*handle{},
		claims: map[string]claim{}, waits: map[int]wait{}, fresh: map[string]sighting{},
		lists: map[string]time.Duration{}, cells: map[Cell]int{}, states: map[string]string{},
	}
}

// Judge takes the next event.
func (o *Oracle) Judge(e history.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if e.Kind == history.Began {
		o.began[e.Step.ID] = e.At
		o.beginLocked(e)
		return
	}
	at := span{o.began[e.Step.ID], e.At}
	delete(o.began, e.Step.ID)
	if e.Step.By == plan.World {
		o.worldLocked(e.Step, at)
		return
	}
	o.endLocked(e, at)
}

// Findings returns what was found so far.
func (o *Oracle) Findings() []Finding {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.findings[:len(o.findings):len(o.findings)]
}

// Cells returns how often each operation met each state and fault.
func (o *Oracle) Cells() map[Cell]int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return maps.Clone(o.cells)
}

// Report adds a finding of the caller's own.
func (o *Oracle) Report(f Finding) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.addLocked(f)
}

func (o *Oracle) findLocked(rule string, e history.Event, format string, args ...any) {
	o.addLocked(Finding{Rule: rule, Event: e, Text: fmt.Sprintf(format, args...)})
}

func (o *Oracle) addLocked(f Finding) {
	wanted := len(o.opt.Only) == 0 || slices.Contains(o.opt.Only, f.Rule)
	if wanted && !slices.Contains(o.opt.Ignore, f.Rule) {
		o.findings = append(o.findings, f)
	}
}

// beginLocked notes what a step may do from its start on.
func (o *Oracle) beginLocked(e history.Event) {
	s := e.Step
	if s.By == plan.World {
		o.beginTroubleLocked(s, e.At)
	}
	switch s.Do {
	case plan.Kill, plan.Unmount, plan.Pull:
		o.mounts = append(o.mounts, ending{span{e.At, world.Forever}, s})
		o.forgetListsLocked() // this mount may be there again while others are still made
	case plan.Open, plan.Read, plan.Copy, plan.Control, plan.Remove, plan.Rmdir, plan.Mkdir, plan.Move, plan.Stat, plan.List, plan.Fstat,
		plan.Await:
		o.touches = append(o.touches, touch{id: s.ID, step: s, file: o.touchedFileLocked(s), at: span{e.At, world.Forever}})
	}
}

// forgetListsLocked has nothing be listed, as for a mount that begins.
func (o *Oracle) forgetListsLocked() {
	clear(o.lists)
	o.through = 0
}

// worldLocked notes the end of a change of the world.
func (o *Oracle) worldLocked(s plan.Step, at span) {
	switch s.Do {
	case plan.Kill, plan.Unmount, plan.Pull:
		o.mounts[len(o.mounts)-1].at.to = at.to
		o.forgetListsLocked()
	case plan.Crash:
		maps.DeleteFunc(o.handles, func(k handleKey, _ *handle) bool { return k.by == s.Slot })
	case plan.Heal:
		o.healLocked(s.Ends, at.to)
	}
	o.endTroubleLocked(s, at)
}

// endLocked judges the answer of a worker's step.
func (o *Oracle) endLocked(e history.Event, at span) {
	a := e.Answer
	if a.Killed {
		o.dieLocked(e.Step, at)
		return
	}
	o.endTouchLocked(e.Step, at)
	if a.Skipped {
		return
	}
	h := o.handleLocked(e, at)
	if waited, since := o.waitLocked(e, at); waited != nil {
		h, at.from = waited, since.from
	}
	o.judgeCanceledLocked(e, at, h)
	o.cellLocked(e, at, h)
	o.judgeErrnoLocked(e, at, h)
	o.judgeTimeLocked(e, at)
	o.judgeBytesLocked(e, at, h)
	switch e.Step.Do {
	case plan.List:
		o.judgeListLocked(e, at)
	case plan.Stat:
		o.judgeStatLocked(e, at)
	case plan.Get:
		o.judgeAttributeLocked(e, at)
	case plan.Control:
		o.claimLocked(e, at)
	}
	o.throughLocked(e, at)
}

// remountedLocked reports whether the mount ended between two times.
func (o *Oracle) remountedLocked(from, to time.Duration) bool {
	for _, m := range o.mounts {
		if m.at.meets(from, to) {
			return true
		}
	}
	return false
}

// fileOf returns the path in the ledger of what a path in the mount is, or "" if it
// is no file. Files have names of their own, whatever folder or search shows them.
func (o *Oracle) fileOf(p string) string { return o.files[path.Base(p)] }
