package oracle

import (
	"slices"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// A wait is a read in the background.
type wait struct {
	id     int     // of the step that began it
	handle *handle // that it reads by
	from   time.Duration
}

// An ending is a time in which the mount was being ended, by a step, and made again.
type ending struct {
	at   span
	step plan.Step
}

// waits reports whether the process of the mount lives on to end all waits, which the
// program's own command does not say: it takes a mount by force that is slow to end.
func (e ending) waits() bool {
	return e.step.Do == plan.Unmount && (e.step.How == "lazy" || e.step.How == "signal")
}

// endedLocked reports whether a wait was ended by the process of the mount, if it was ended
// with the mount: the kernel's own error for one that is aborted is none then.
func (o *Oracle) endedLocked(e history.Event, at span) bool {
	if e.Step.Do != plan.Awaited {
		return false
	}
	for _, m := range o.mounts {
		if m.at.meets(at.from, at.to) && (!m.waits() || m.at.from <= at.from) {
			return false
		}
	}
	return true
}

// waitSlack is how long after a cancel a read may end that the cancel met at its end.
const waitSlack = 300 * time.Millisecond

// judgeCanceledLocked finds a handle that reads on though its file was canceled since it
// was opened. A cancel counts that was seen to leave the file idle: one of a complete
// file does nothing.
func (o *Oracle) judgeCanceledLocked(e history.Event, at span, h *handle) {
	if h == nil || !h.partial || e.Step.Do != plan.Read && e.Step.Do != plan.Awaited || e.Answer.Signaled && e.Step.Do == plan.Read {
		return
	}
	c, ok := o.claims[h.file]
	if !ok || c.verb != "cancel" || !c.idle || c.by != e.Step.By || h.opened > c.at.from || o.remountedLocked(h.from, at.to) {
		return
	}
	if e.Step.Do == plan.Awaited && e.Answer.Late <= waitSlack || e.Answer.Errno == "ECANCELED" {
		return
	}
	o.findLocked("a canceled handle stays canceled", e, "%d bytes, error %q, after step %d had canceled the file",
		e.Answer.Read, e.Answer.Errno, c.id)
}

// partialLocked reports whether a file that is opened cannot be complete: a cancel
// dropped all of it, and nothing but that touched it since.
func (o *Oracle) partialLocked(file string, id int, at span) bool {
	c, ok := o.claims[file]
	return ok && c.verb == "cancel" && c.idle && o.undisturbedLocked(file, c, at, id)
}

// waitLocked notes the start of a read in the background, or returns the handle of the
// one that ended and the time from which it waited.
func (o *Oracle) waitLocked(e history.Event, at span) (*handle, span) {
	switch e.Step.Do {
	case plan.Await:
		o.waits[e.Step.By] = wait{e.Step.ID, o.handles[handleKey{e.Step.By, e.Step.Slot}], at.from}
	case plan.Awaited:
		w := o.waits[e.Step.By]
		delete(o.waits, e.Step.By)
		o.touches = slices.DeleteFunc(o.touches, func(t touch) bool { return t.id == w.id })
		return w.handle, span{w.from, at.to}
	}
	return nil, at
}
