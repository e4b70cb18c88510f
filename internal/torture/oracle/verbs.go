package oracle

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
	"github.com/tunesfs/tunesfs/internal/torture/world"
)

// A touch is a step that may change the state of files, from its start to its end. A
// verb to a folder goes on until the folder has settled.
type touch struct {
	id   int
	step plan.Step
	file string // in the ledger; "" is a folder, which may show any file
	at   span
}

// word returns what the touch does.
func (t touch) word() string {
	switch {
	case t.step.Do == plan.Control:
		return t.step.Verb
	case t.step.Do == plan.Remove, t.step.Do == plan.Rmdir:
		return "remove"
	}
	return string(t.step.Do)
}

// of reports whether the touch is of a file, by itself or by a folder: one of the origin
// has what is below it, a search what has its words in the name.
func (t touch) of(file string, w *world.World) bool {
	if t.file != "" {
		return t.file == file
	}
	dir, ok := w.Asked(t.step.Path)
	if !ok {
		query, _, _ := strings.Cut(t.step.Path, "/")
		return strings.Contains(path.Base(file), query)
	}
	return dir == "" || strings.HasPrefix(file, dir+"/")
}

// touchedFileLocked returns the file that a step is of.
func (o *Oracle) touchedFileLocked(s plan.Step) string {
	if s.Do == plan.Read || s.Do == plan.Fstat || s.Do == plan.Await {
		if h := o.handles[handleKey{s.By, s.Slot}]; h != nil {
			return h.file
		}
		return "none"
	}
	return o.fileOf(s.Path)
}

// endTouchLocked notes the end of a step.
func (o *Oracle) endTouchLocked(s plan.Step, at span) {
	for i := range o.touches {
		t := &o.touches[i]
		isFolder := t.file == ""
		switch {
		case t.step.Do == plan.Await: // until its bytes are asked for
			continue
		case t.id == s.ID && !(t.step.Do == plan.Control && isFolder) && t.step.Do != plan.Rmdir:
			t.at.to = at.to
		case s.Do == plan.Settle && t.at.to == world.Forever && isFolder && t.at.from < at.from &&
			(t.step.Path == s.Path || t.step.Do == plan.Rmdir && s.Path == ""):
			t.at.to = at.to
		}
	}
}

// dieLocked notes that a worker was killed in a step: what it asked for may have been
// done, or may be done yet.
func (o *Oracle) dieLocked(s plan.Step, at span) {
	at.to += o.wide(slack)
	o.endTouchLocked(s, at)
	if s.Do == plan.Control {
		delete(o.claims, o.fileOf(s.Path))
	}
}

// touchedLocked reports whether one of words was given to a file while at.
func (o *Oracle) touchedLocked(file string, at span, words ...string) bool {
	return slices.ContainsFunc(o.touches, func(t touch) bool {
		return t.at.meets(at.from, at.to) && slices.Contains(words, t.word()) && t.of(file, o.world)
	})
}

// touchedEverLocked is touchedLocked of all the time until to.
func (o *Oracle) touchedEverLocked(file string, to time.Duration, words ...string) bool {
	return o.touchedLocked(file, span{0, to}, words...)
}

// A claim is what a verb that succeeded promises of a file, until something else
// touches the file.
type claim struct {
	verb string
	id   int
	at   span
	by   int    // the worker
	held string // bytes held since, once they were asked for
	idle bool   // the file was seen idle since
	// paused tells that the file was seen paused since, which no read changes.
	paused bool
}

// claimed are the states that each verb leads to.
var claimed = map[string][]string{
	"start":  {"queued", "downloading", "failed", "complete"},
	"resume": {"queued", "downloading", "failed", "complete", "idle"},
	"pause":  {"paused", "idle", "complete"},
	"cancel": {"idle", "complete"},
	"evict":  {"idle"},
}

// claimLocked notes what a verb promised.
func (o *Oracle) claimLocked(e history.Event, at span) {
	file := o.fileOf(e.Step.Path)
	if file == "" {
		return
	}
	delete(o.claims, file)
	if e.Answer.Errno == "" && claimed[e.Step.Verb] != nil {
		o.claims[file] = claim{verb: e.Step.Verb, id: e.Step.ID, at: at, by: e.Step.By}
	}
}

// judgeAttributeLocked compares state and bytes held with what the last verb promised.
func (o *Oracle) judgeAttributeLocked(e history.Event, at span) {
	file := o.fileOf(e.Step.Path)
	c, ok := o.claims[file]
	if !ok || e.Answer.Errno != "" || !o.undisturbedLocked(file, c, at, e.Step.ID) {
		return
	}
	switch e.Step.Name {
	case stateName:
		o.judgeStateLocked(e, file, c, at)
	case "user.tunesfs.downloaded":
		o.judgeHeldLocked(e, file, c)
	}
}

// judgeStateLocked compares the state of a file with what the last verb promised.
func (o *Oracle) judgeStateLocked(e history.Event, file string, c claim, at span) {
	text := e.Answer.Text
	evicted := o.quota && text == "idle" && o.mayComplete(file, at.from-c.at.from) // for another's sake
	if o.forgottenLocked(file, c, at) {
		delete(o.claims, file)
		return
	}
	if !slices.Contains(claimed[c.verb], text) && !evicted {
		o.findLocked("a verb counts", e, "%q after %s (step %d)", text, c.verb, c.id)
	}
	verified := text == "complete" && o.world.TellsDigest() // all bytes had come, and were being compared with it
	if c.paused && text != "paused" && !verified {
		o.findLocked("a pause lasts", e, "%q, and was paused before, by step %d", text, c.id)
	}
	c.idle, c.paused = text == "idle", c.verb == "pause" && text == "paused"
	o.claims[file] = c
	if c.paused {
		o.judgePauseLocked(e, file, c, at)
	}
}

// forgottenLocked reports whether a file may have been complete when it was paused,
// which does nothing, and a kill -9 forgot that: what was asked for before, counts.
func (o *Oracle) forgottenLocked(file string, c claim, at span) bool {
	return c.verb == "pause" && !c.paused && o.remountedLocked(c.at.from, at.to) && o.mayComplete(file, 0)
}

// mayComplete reports whether a file may have become complete within a time.
func (o *Oracle) mayComplete(file string, d time.Duration) bool {
	f, _ := o.world.File(file)
	const connections = 2 // in the first second
	return f.Rate == 0 || d >= time.Duration(f.Size)*time.Second/time.Duration(connections*f.Rate)
}

// judgeHeldLocked compares the bytes held of a file with what the last verb promised.
func (o *Oracle) judgeHeldLocked(e history.Event, file string, c claim) {
	text := e.Answer.Text
	if text != "0" && (c.verb == "evict" || c.verb == "cancel" && c.idle) {
		o.findLocked(c.verb+" drops all", e, "%s bytes are held after step %d", text, c.id)
	}
	evicted := o.quota && text == "0" && !c.paused // a complete file, for another's sake
	if c.verb == "pause" && c.held != "" && c.held != text && !evicted {
		o.findLocked("pause moves no byte", e, "%s bytes held, before %s, paused by step %d", text, c.held, c.id)
	}
	c.held = text
	o.claims[file] = c
}

// judgePauseLocked finds requests for a paused file.
func (o *Oracle) judgePauseLocked(e history.Event, file string, c claim, at span) {
	if o.opt.Host == "" {
		return
	}
	for _, r := range o.world.RequestTimes(file, o.opt.Host) {
		if r > c.at.to+o.wide(pauseSlack) && r < at.from {
			o.findLocked("pause moves no byte", e, "a request at %v, paused by step %d at %v", r, c.id, c.at.to)
			return
		}
	}
}

// unkeptLocked reports whether a touch removes a search, which may find every file, while
// the disk may have kept no listing of the folder of one: that shows nothing after a
// remount, until it is looked at.
func (o *Oracle) unkeptLocked(t touch) bool {
	_, ok := o.world.Asked(t.step.Path)
	return t.step.Do == plan.Rmdir && !ok && o.diskFailedLocked(0, t.at.to) && o.remountedLocked(0, t.at.to)
}

// pauseSlack is how long a request that was sent before a pause may be on its way.
const pauseSlack = 100 * time.Millisecond

// undisturbedLocked reports whether nothing but a verb, and the step with an ID, touched
// a file until now. Reads do not touch one that is paused.
func (o *Oracle) undisturbedLocked(file string, c claim, at span, id int) bool {
	for _, t := range o.touches {
		if t.id == c.id || t.id == id || !t.at.meets(c.at.from+1, at.to) || !t.of(file, o.world) && !o.unkeptLocked(t) {
			continue
		}
		switch t.step.Do {
		case plan.List, plan.Stat, plan.Mkdir, plan.Move: // which a search with an active download refuses
			continue
		case plan.Control:
			if t.step.Verb == "refresh" { // which changes no state by itself
				continue
			}
		case plan.Open, plan.Read, plan.Copy, plan.Fstat, plan.Await:
			if c.paused || t.step.Do == plan.Await && t.at.from <= c.at.from { // which the verb ended, if it should
				continue
			}
		}
		return false
	}
	if o.troubledLocked(c.at.from, at.to) {
		return false
	}
	// A file that changed is fetched or dropped, as the listing says.
	return !o.world.Changed(file, 0, at.to) || !o.world.Changed(file, c.at.from-time.Minute, at.to)
}
