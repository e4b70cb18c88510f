package oracle

import (
	"slices"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
	"github.com/tunesfs/tunesfs/internal/torture/world"
)

// byPages are the ways to read that wait for pages of the kernel's cache: only a deadly
// signal ends such a wait, see ByPages.
var byPages = []string{"mmap", "sendfile", "copyrange"}

// judgeTimeLocked finds an answer that took too long.
func (o *Oracle) judgeTimeLocked(e history.Event, at span) {
	limit := silence + 15*time.Second
	switch s := e.Step; {
	case s.Do == plan.Events, s.Do == plan.Settle:
		return
	case s.Signal > 0 && !slices.Contains(byPages, s.How):
		limit = min(limit, s.Signal+slack)
	case s.Do == plan.Get, s.Do == plan.Control && s.How != "command", s.Do == plan.Downs, s.Do == plan.Close:
		limit = slack
	}
	if o.offlineLocked(e, at) {
		limit = min(limit, offline+slack)
	}
	limit = o.wide(limit)
	if took := at.to - at.from; took > limit && !o.remountedLocked(at.from, at.to) {
		o.findLocked("nothing hangs", e, "it took %v, and may take %v", took, limit)
	}
}

// ByPages returns the file of the ledger that a step reads by pages of the kernel's cache,
// or false: only a deadly signal ends such a read.
func (o *Oracle) ByPages(s plan.Step) (file string, ok bool) {
	if !slices.Contains(byPages, s.How) {
		return "", false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	file = o.touchedFileLocked(s)
	_, ok = o.world.File(file)
	return file, ok
}

// wide returns how long something may take that usually takes d at most.
func (o *Oracle) wide(d time.Duration) time.Duration {
	return d * time.Duration(max(o.opt.Stretch, 1))
}

// offlineLocked reports whether there was no link all the time that a read or an open
// took, and nothing else may have made it wait.
func (o *Oracle) offlineLocked(e history.Event, at span) bool {
	file := o.fileOf(e.Step.Path)
	if e.Step.Do != plan.Copy && e.Step.Do != plan.Open || o.touchedLocked(file, at, "pause") {
		return false
	}
	strikes := o.world.Strikes(file, at.from-o.wide(listRemembered), at.to)
	waits := slices.ContainsFunc(strikes, func(f *world.Strike) bool { return f.Kind == "429" || f.Kind == "503" })
	return !waits && slices.ContainsFunc(strikes, func(f *world.Strike) bool {
		return f.Kind == "down" && f.From <= at.from && f.To >= at.to
	})
}
