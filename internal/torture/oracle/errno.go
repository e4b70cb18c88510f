package oracle

import (
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// remembered is how long an error may be the answer after its cause is gone: a
// failed download tries again after a short back-off.
const remembered = 3 * time.Second

// listRemembered is how long a folder that failed several times is not listed again.
const listRemembered = 30 * time.Second

// patience of the server's silence, and of no connection, by the contract. What a
// machine under load adds is in slack.
const (
	silence = 60 * time.Second
	offline = 5 * time.Second
	slack   = 10 * time.Second
)

// fileErrors are the errors of a read that a fault of the server may cause. Those
// that are not here cause none, for they pass.
var fileErrors = map[string][]string{
	"shift": {"EIO"}, "long": {"EIO"}, "range": {"EIO"}, "norange": {"EIO"}, "total": {"EIO"}, "short": {"EIO"},
	"etag": {"ESTALE", "EIO"}, "noetag": {"ESTALE", "EIO"}, "gzip": {"EIO"}, "416": {"EIO", "ESTALE"},
	"401": {"EACCES"}, "403": {"EACCES"}, "404": {"ENOENT"}, "410": {"ENOENT"},
	"page": {"EIO"}, "nothttp": {"EIO"}, "redirect12": {"EIO"}, "whole": {"ESTALE"},
}

// listErrors are the errors of a listing that a fault may cause.
var listErrors = map[string][]string{
	"reset": {"EIO", "ENETUNREACH"}, "cut": {"EIO", "ENETUNREACH"}, "hangup": {"EIO", "ENETUNREACH"},
	"stall": {"ETIMEDOUT"}, "stallbody": {"ETIMEDOUT"},
	"trickle": {"ETIMEDOUT"}, "short": {"EIO"}, "long": {"EIO"}, "gzip": {"EIO"}, "416": {"EIO"},
	"429": {"EAGAIN"}, "503": {"EIO", "EAGAIN"}, "500": {"EIO"}, "401": {"EACCES"}, "403": {"EACCES"},
	"404": {"ENOENT", "EIO"}, "410": {"ENOENT", "EIO"},
	"page": {"EIO"}, "errorpage": {"EIO"}, "nothttp": {"EIO"}, "redirect12": {"EIO"},
	"down": {"ENETUNREACH", "ETIMEDOUT"},
}

// judgeErrnoLocked finds an error that the contract does not allow.
func (o *Oracle) judgeErrnoLocked(e history.Event, at span, h *handle) {
	if e.Answer.Errno == "" {
		return
	}
	allowed := o.allowedLocked(e, at, h)
	if !allowed[e.Answer.Errno] {
		names := slices.Sorted(maps.Keys(allowed))
		o.addLocked(Finding{
			Rule: "an error of the contract", Event: e, Allowed: names,
			Text: e.Answer.Call + " fails with " + e.Answer.Errno + "; allowed: " + strings.Join(names, " ") + " " + e.Answer.Text,
		})
	}
}

// A set is the names of errors.
type set map[string]bool

func (s set) add(names ...string) {
	for _, n := range names {
		s[n] = true
	}
}

// allowedLocked returns the errors that a step may fail with.
func (o *Oracle) allowedLocked(e history.Event, at span, h *handle) set {
	s, allowed := e.Step, set{}
	since := at.from
	if h != nil {
		since = min(since, h.from)
	}
	if e.Answer.Signaled {
		allowed.add("EINTR")
	}
	if o.remountedLocked(since, at.to) {
		// A path may lead to the folder below, or nowhere.
		allowed.add("ENOTCONN", "ENOENT", "ECONNABORTED", "EIO", "ENODEV", "EOPNOTSUPP", "EROFS", "ENODATA", "SIGBUS",
			"EINTR", "EPERM", "EINVAL", "EBUSY")
		if o.endedLocked(e, at) {
			delete(allowed, "ECONNABORTED")
		}
		if s.How == "command" {
			allowed.add(e.Answer.Errno)
		}
	}
	o.allowByDoLocked(allowed, e, span{since, at.to}, h)
	o.allowTroubleLocked(allowed, e, span{since, at.to}, h)
	if s.How == "command" && e.Answer.Errno != "" && len(allowed) > 0 {
		allowed.add(e.Answer.Errno) // its words say the same
	}
	if s.How == "write" && allowed["ENOENT"] {
		allowed.add("EROFS") // a sidecar that is not there would be made
	}
	if s.How == "mmap" && len(allowed) > 0 {
		allowed.add("SIGBUS") // the only way in which a mapping can fail
	}
	return allowed
}

// isListedLocked reports whether a folder was listed before a time.
func (o *Oracle) isListedLocked(dir string, before time.Duration) bool {
	since, ok := o.lists[dir]
	return ok && since < before
}

// allowByDoLocked adds the errors of a kind of step.
func (o *Oracle) allowByDoLocked(allowed set, e history.Event, at span, h *handle) {
	s := e.Step
	file := o.fileOf(s.Path)
	if h != nil {
		file = h.file
	}
	switch s.Do {
	case plan.Open, plan.Copy, plan.Read, plan.Awaited, plan.Fstat, plan.Stat:
		o.allowFileLocked(allowed, file, at, busyUntil(s, at, h))
	case plan.Rename, plan.Rmdir, plan.Mkdir, plan.Move, plan.Remove:
		o.allowNamesLocked(allowed, s, at)
	case plan.Control:
		if s.Verb == "evict" {
			allowed.add("EBUSY")
		}
	case plan.Get:
		allowed.add("ENODATA")
	case plan.Close:
		return
	}
	if s.Do != plan.Read && s.Do != plan.Fstat && s.Path != "" {
		o.allowPathLocked(allowed, s, file, at)
	}
	if s.Do == plan.List {
		o.allowListLocked(allowed, s.Path, at)
		if o.movedLocked(s.Path, at) {
			allowed.add("EAGAIN") // at the end of a folder that was renamed as it was read
		}
	}
}

// allowNamesLocked adds the errors of a step that changes names.
func (o *Oracle) allowNamesLocked(allowed set, s plan.Step, at span) {
	listed := o.isListedLocked(dirOf(s.Path), at.from)
	switch s.Do {
	case plan.Move:
		allowed.add("EEXIST", "ENOENT", "EBUSY")
		return
	case plan.Remove:
		if !listed {
			allowed.add("EROFS") // the folder may not be known to be one, as nothing that holds a lock waits
		}
		return
	}
	allowed.add("EROFS", "ENOTDIR", "EEXIST", "ENOENT", "EBUSY")
	if s.Do == plan.Rename && !listed {
		allowed.add("EISDIR") // until then any name may be a folder's
	}
}

// allowFileLocked adds the errors of a read of a file. A pause counts that began by a time.
func (o *Oracle) allowFileLocked(allowed set, file string, at span, pausedBy time.Duration) {
	from := max(at.from-o.wide(remembered), 0)
	for _, f := range o.world.Strikes(file, from, at.to) {
		allowed.add(fileErrors[f.Kind]...)
		if f.Kind == "down" && f.Lasted(at.from-offline, at.to, offline/2) {
			allowed.add("ENETUNREACH")
		}
		if f.Lasted(from-silence, at.to, silence-slack) { // it may have failed one before
			allowed.add("ETIMEDOUT")
		}
	}
	if f, _ := o.world.File(file); o.quota && (f.NoRanges || f.NoLength || f.Validators != "strong" || len(allowed) > 0) {
		allowed.add("ENOSPC") // what comes again cannot be told from another version
	}
	if o.touchedLocked(file, at, "cancel", "evict", "remove") {
		allowed.add("ECANCELED")
	}
	if o.touchedEverLocked(file, pausedBy, "pause") {
		allowed.add("EBUSY")
	}
	if o.versionsDuring(file, at) {
		allowed.add("ESTALE")
		if o.world.TellsDigest() {
			allowed.add("EIO") // a listing may still tell that of another version
		}
	}
	if _, always := o.world.Served(file, from, at.to); !always {
		allowed.add("ENOENT")
	}
}

// busyUntil returns the time before which a pause has begun for which a step may fail: a
// handle that was open when the pause came waits for its end.
func busyUntil(s plan.Step, at span, h *handle) time.Duration {
	if h != nil && h.opened > 0 && (s.Do == plan.Read || s.Do == plan.Awaited) {
		return h.opened
	}
	return at.to
}

// versionsDuring reports whether a handle may be of another version than the server
// now has: a file that changed at any time may still be held as it was.
func (o *Oracle) versionsDuring(file string, at span) bool {
	versions := o.world.Versions(file)
	return len(versions) > 1 && versions[1].From <= at.to
}

// allowPathLocked adds the errors of the walk to a path.
func (o *Oracle) allowPathLocked(allowed set, s plan.Step, file string, at span) {
	if file != "" {
		// What an older listing says may be shown.
		if _, always := o.world.Listed(file, 0, at.to); !always {
			allowed.add("ENOENT")
		}
		if o.touchedEverLocked(file, at.to, "remove") {
			allowed.add("ENOENT")
		}
	}
	if o.madeLocked(s.Path, at.to) {
		allowed.add("ENOENT")
	}
	for dir := dirOf(s.Path); ; dir = dirOf(dir) {
		if _, ok := o.lists[dir]; !ok {
			o.allowListLocked(allowed, dir, at)
		}
		if dir == "" {
			o.allowTopLocked(allowed, at)
			return
		}
	}
}

// dirOf returns the folder of a path; "" is the root.
func dirOf(file string) string {
	if dir := path.Dir(file); dir != "." {
		return dir
	}
	return ""
}

// madeLocked reports whether a step ever made, renamed or removed the folder of the root
// that a path leads through, as only a search can be.
func (o *Oracle) madeLocked(file string, until time.Duration) bool {
	top, _, _ := strings.Cut(file, "/")
	for _, t := range o.touches {
		switch {
		case t.at.from > until:
		case t.step.Do == plan.Move && t.step.Name == top:
			return true
		case (t.step.Do == plan.Mkdir || t.step.Do == plan.Rmdir || t.step.Do == plan.Move) && t.step.Path == top:
			return true
		}
	}
	return false
}

// movedLocked reports whether another step renamed a search while a step went on.
func (o *Oracle) movedLocked(search string, at span) bool {
	return slices.ContainsFunc(o.touches, func(t touch) bool {
		return t.step.Do == plan.Move && (t.step.Path == search || t.step.Name == search) && t.at.meets(at.from, at.to)
	})
}

// allowListLocked adds the errors of a listing, unless there is one, which stays.
func (o *Oracle) allowListLocked(allowed set, dir string, at span) {
	if since, ok := o.lists[dir]; ok && since < at.from {
		return
	}
	asked, known := o.world.Asked(dir)
	// That the link is down is found out some time after it, and remembered then.
	for _, f := range o.world.Strikes("", at.from-o.wide(listRemembered)-offline, at.to) {
		// A search, which is no folder of the origin, looks into all of them.
		own := !known || strings.HasPrefix(strings.TrimPrefix(asked+"/", "/"), f.Prefix)
		switch may := listErrors[f.Kind]; {
		case f.Lists && own:
			allowed.add(may...)
		case f.Lists && slices.Contains(may, "EAGAIN"): // for all that the catalog has
			allowed.add("EAGAIN")
		}
	}
}
