package oracle

import (
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

// of reports whether the touch is of a file, by itself or by a folder.
func (t touch) of(file string) bool { return t.file == file || t.file == "" }

// touchedFileLocked returns the file that a step is of.
func (o *Oracle) touchedFileLocked(s plan.Step) string {
	if s.Do == plan.Read || s.Do == plan.Fstat {
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
		case t.id == s.ID && !(t.step.Do == plan.Control && isFolder) && t.step.Do != plan.Rmdir:
			t.at.to = at.to
		case s.Do == plan.Settle && t.at.to == world.Forever && isFolder && t.at.from < at.from && t.step.Path == s.Path:
			t.at.to = at.to
		}
	}
}

// touchedLocked reports whether one of words was given to a file while at.
func (o *Oracle) touchedLocked(file string, at span, words ...string) bool {
	return slices.ContainsFunc(o.touches, func(t touch) bool {
		return t.at.meets(at.from, at.to) && slices.Contains(words, t.word()) && t.of(file)
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
	held string // bytes held since, once they were asked for
	idle bool   // the file was seen idle since
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
		o.claims[file] = claim{verb: e.Step.Verb, id: e.Step.ID, at: at}
	}
}

// judgeAttributeLocked compares state and bytes held with what the last verb promised.
func (o *Oracle) judgeAttributeLocked(e history.Event, at span) {
	file := o.fileOf(e.Step.Path)
	c, ok := o.claims[file]
	if !ok || e.Answer.Errno != "" || !o.undisturbedLocked(file, c, at) {
		return
	}
	text := e.Answer.Text
	switch e.Step.Name {
	case "user.tunesfs.state":
		if !slices.Contains(claimed[c.verb], text) {
			o.findLocked("a verb counts", e, "%q after %s (step %d)", text, c.verb, c.id)
		}
		c.idle = text == "idle"
		o.claims[file] = c
		if c.verb == "pause" && text == "paused" {
			o.judgePauseLocked(e, file, c, at)
		}
	case "user.tunesfs.downloaded":
		if text != "0" && (c.verb == "evict" || c.verb == "cancel" && c.idle) {
			o.findLocked(c.verb+" drops all", e, "%s bytes are held after step %d", text, c.id)
		}
		if c.verb == "pause" && c.held != "" && c.held != text {
			o.findLocked("pause moves no byte", e, "%s bytes held, before %s, paused by step %d", text, c.held, c.id)
		}
		c.held = text
		o.claims[file] = c
	}
}

// judgePauseLocked finds requests for a paused file.
func (o *Oracle) judgePauseLocked(e history.Event, file string, c claim, at span) {
	if o.opt.Host == "" {
		return
	}
	for _, r := range o.world.RequestTimes(file, o.opt.Host) {
		if r > c.at.to+pauseSlack && r < at.from {
			o.findLocked("pause moves no byte", e, "a request at %v, paused by step %d at %v", r, c.id, c.at.to)
			return
		}
	}
}

// pauseSlack is how long a request that was sent before a pause may be on its way.
const pauseSlack = 100 * time.Millisecond

// undisturbedLocked reports whether nothing but a verb touched a file until now.
func (o *Oracle) undisturbedLocked(file string, c claim, at span) bool {
	for _, t := range o.touches {
		if t.id != c.id && t.at.meets(c.at.from, at.to) && !strings.HasPrefix(t.word(), "list") && t.step.Do != plan.Stat && t.of(file) {
			return false
		}
	}
	if o.troubledLocked(c.at.from, at.to) {
		return false
	}
	// A file that changed is fetched or dropped, as the listing says.
	return !o.world.Changed(file, 0, at.to) || !o.world.Changed(file, c.at.from-time.Minute, at.to)
}
