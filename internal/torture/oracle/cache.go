package oracle

import (
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
	"github.com/tunesfs/tunesfs/internal/torture/world"
)

// A trouble is what befell the cache: a fault of its disk, a power cut, or another
// program that changed it.
type trouble struct {
	id   int
	kind string // as Step.Trouble names it
	at   span
}

// aftermath is how long the mount may need to see that another program changed the
// cache. Each attempt on a download that failed sees it.
const aftermath = 10 * time.Second

func (t trouble) ofDisk() bool { return strings.HasPrefix(t.kind, "disk-") }

// beginTroubleLocked notes what befalls the cache by a step of the world, from its start
// on: another program removes one file after the other.
func (o *Oracle) beginTroubleLocked(s plan.Step, at time.Duration) {
	if kind := s.Trouble(); kind != "" {
		o.troubles = append(o.troubles, trouble{id: s.ID, kind: kind, at: span{at, world.Forever}})
	}
}

// endTroubleLocked notes the end of such a step. A fault of the disk goes on.
func (o *Oracle) endTroubleLocked(s plan.Step, at span) {
	for i, t := range o.troubles {
		if t.id == s.ID && !t.ofDisk() {
			o.troubles[i].at.to = at.to + aftermath
		}
	}
	switch s.Do {
	case plan.Pull:
		clear(o.fresh) // what verbs promised is on the disk
	case plan.Swap, plan.Empty:
		clear(o.fresh)
		clear(o.claims)
	}
}

// healLocked ends a fault of the disk.
func (o *Oracle) healLocked(id int, at time.Duration) {
	for i, t := range o.troubles {
		if t.ofDisk() && (id < 0 || t.id == id) {
			o.troubles[i].at.to = min(t.at.to, at)
		}
	}
}

// Heal ends all faults of the disk.
func (o *Oracle) Heal(at time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.healLocked(-1, at)
}

// troublesLocked returns what befell the cache then.
func (o *Oracle) troublesLocked(at span) []string {
	var kinds []string
	for _, t := range o.troubles {
		if t.at.meets(at.from, at.to) {
			kinds = append(kinds, t.kind)
		}
	}
	return kinds
}

// troubledLocked reports whether something befell the cache between two times, but for
// a power cut.
func (o *Oracle) troubledLocked(from, to time.Duration) bool {
	for _, t := range o.troubles {
		if t.at.meets(from, to) && !strings.HasPrefix(t.kind, string(plan.Pull)) {
			return true
		}
	}
	return false
}

// diskFailedLocked reports whether the disk of the cache failed between two times.
func (o *Oracle) diskFailedLocked(from, to time.Duration) bool {
	for _, t := range o.troubles {
		if t.ofDisk() && t.at.meets(from, to) {
			return true
		}
	}
	return false
}

// allowTroubleLocked adds the errors that a step may fail with for what befell the cache.
func (o *Oracle) allowTroubleLocked(allowed set, e history.Event, at span, h *handle) {
	if !o.troubledLocked(at.from-o.wide(remembered), at.to) {
		return
	}
	switch e.Step.Do {
	case plan.Open, plan.Read, plan.Copy, plan.Awaited:
		if o.needsDiskLocked(h.file, at) {
			allowed.add("EIO", "ENOSPC", "ESTALE")
		}
	case plan.Fstat, plan.Stat:
		file := o.fileOf(e.Step.Path)
		if h != nil {
			file = h.file
		}
		if o.sizeNeedsDiskLocked(file, at) {
			allowed.add("EIO", "ENOSPC")
		}
	case plan.Control, plan.Mkdir, plan.Rmdir, plan.Move, plan.Remove:
		allowed.add("EIO", "ENOSPC") // what they change has to be on the disk when they return
	}
}

// sizeNeedsDiskLocked reports whether only the end of a file may tell its size: a
// download has to bring that. All other sizes come from the server where the disk fails.
func (o *Oracle) sizeNeedsDiskLocked(file string, at span) bool {
	from := max(at.from-o.wide(remembered), 0)
	f, _ := o.world.File(file)
	return f.NoLength || len(o.world.Strikes(file, from, at.to)) > 0
}

// needsDiskLocked reports whether bytes of a file may have to come from the disk: the
// server does not send them, or they may not be fetched, or nothing proves that they
// are of the same version. All others come from the server where the disk fails.
func (o *Oracle) needsDiskLocked(file string, at span) bool {
	from := max(at.from-o.wide(remembered), 0)
	f, _ := o.world.File(file)
	_, served := o.world.Served(file, from, at.to)
	return f.NoRanges || f.NoLength || f.Validators != "strong" || !served || len(o.world.Strikes(file, from, at.to)) > 0 ||
		o.touchedEverLocked(file, at.to, "pause")
}
