package oracle

import (
	"path"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// sidecars end the names of the small files beside a track.
var sidecars = []string{".progress", ".pause", ".resume", ".cancel"}

// Track reports whether a name in a folder is a track's.
func Track(name string) bool {
	if name == "playlist.m3u8" {
		return false
	}
	for _, s := range sidecars {
		if strings.HasSuffix(name, s) {
			return false
		}
	}
	return true
}

// judgeListLocked finds names that no listing had.
func (o *Oracle) judgeListLocked(e history.Event, at span) {
	if e.Answer.Errno != "" {
		return
	}
	if _, ok := o.lists[e.Step.Path]; !ok && !o.remountedLocked(at.from, at.to) {
		o.lists[e.Step.Path] = at.to
	}
	seen := map[string]bool{}
	for _, entry := range e.Answer.Entries {
		if seen[entry.Name] {
			o.findLocked("a name is listed once", e, "%s is listed twice", entry.Name)
		}
		seen[entry.Name] = true
		if entry.Dir || !Track(entry.Name) {
			continue
		}
		file := o.fileOf(entry.Name)
		if sometime, _ := o.world.Listed(file, 0, at.to); file == "" || !sometime {
			o.findLocked("a listing is the catalog's", e, "%s was never listed", entry.Name)
		}
		if entry.Stat != nil {
			o.statLocked(e, file, entry.Stat, at)
		}
	}
	if dir, _ := o.world.Asked(e.Step.Path); e.Answer.Text != "" && !o.world.ChangedBelow(dir, 0, at.to) && len(o.touches) == 0 {
		o.findLocked("seekdir", e, "%s", e.Answer.Text)
	}
	o.judgeMissingLocked(e, at, seen)
}

// judgeMissingLocked finds files that every listing had, and this one has not.
func (o *Oracle) judgeMissingLocked(e history.Event, at span, seen map[string]bool) {
	for _, file := range o.world.Paths() {
		shown := o.world.MountPath(file)
		if dir, name := path.Split(shown); strings.TrimSuffix(dir, "/") != e.Step.Path || seen[name] {
			continue
		}
		if _, always := o.world.Listed(file, 0, at.to); always && !o.touchedEverLocked(file, at.to, "remove") {
			o.findLocked("a listing is whole", e, "%s is missing", path.Base(shown))
		}
	}
}

// judgeStatLocked finds a size and a time that do not belong together.
func (o *Oracle) judgeStatLocked(e history.Event, at span) {
	if file := o.fileOf(e.Step.Path); e.Answer.Errno == "" && file != "" && e.Answer.Stat != nil {
		o.statLocked(e, file, e.Answer.Stat, at)
	}
}

func (o *Oracle) statLocked(e history.Event, file string, st *history.Stat, at span) {
	if st.Size == 0 && st.Mode&0o7777 == unsized && o.failsLocked(file, at) {
		return
	}
	if st.Mode&0o7777 != 0o644 {
		o.findLocked("modes", e, "%s has mode %o", file, st.Mode)
	}
	undated := o.undated(file) && st.Mtime.Unix() == 0
	for _, v := range o.world.Versions(file) {
		size, modified := o.world.Told(v)
		dated := modified.IsZero() || modified.Truncate(time.Second).Equal(st.Mtime.Truncate(time.Second))
		if (size < 0 || size == st.Size) && (dated || undated) && v.From <= at.to {
			return
		}
	}
	o.findLocked("size and time belong together", e, "%s: no version has %d bytes and the time %v", file, st.Size, st.Mtime)
}

// undated reports whether only listings tell the dates of a file: those of a version
// that was not listed yet are unknown, or of one that a fault made look like another.
func (o *Oracle) undated(file string) bool {
	f, _ := o.world.File(file)
	return f.Validators == "none" || f.Validators == "strong-alone"
}

// unsized is the mode of a file whose size cannot be had, which shows no size.
const unsized = 0o600

// failsLocked reports whether a read of a file may fail, so that its size may not be had.
func (o *Oracle) failsLocked(file string, at span) bool {
	allowed := set{}
	o.allowFileLocked(allowed, file, at, at.to)
	return len(allowed) > 0
}

// allowTopLocked adds the error of a name in a root that cannot be listed, or not soon,
// and of all below that: mkdir looks up its name, and has to work there. Until a step got
// through the root of this mount, its first listing may take longer than a second by the
// load of the machine alone.
func (o *Oracle) allowTopLocked(allowed set, at span) {
	late := set{}
	o.allowListLocked(late, "", at)
	if len(late) > 0 || o.through == 0 || o.through >= at.from {
		allowed.add("ENOENT")
	}
}

// throughLocked notes the first step that gets through the root of this mount.
func (o *Oracle) throughLocked(e history.Event, at span) {
	s := e.Step
	if o.through != 0 || e.Answer.Errno != "" || s.How == "command" || s.Do != plan.List && o.fileOf(s.Path) == "" {
		return
	}
	if !o.madeLocked(s.Path, at.to) && !o.remountedLocked(at.from, at.to) {
		o.through = at.to
	}
}
