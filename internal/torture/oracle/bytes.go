package oracle

import (
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/cell"
	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
	"github.com/tunesfs/tunesfs/internal/torture/world"
)

// A handleKey names an open handle: a worker and its slot.
type handleKey struct{ by, slot int }

// A handle is what is known of an open file.
type handle struct {
	path    string // in the mount
	file    string // in the ledger
	from    time.Duration
	version uint32 // seen so far; 0 is none
	fstat   int64  // size that fstat told; -1 is none
	ended   bool   // by ESTALE
	opened  time.Duration
	partial bool // the file was not complete when it was opened
}

// A sighting is the newest version that an open showed, and when that was over.
type sighting struct {
	version uint32
	at      time.Duration
}

// handleLocked returns the handle that a step uses, nil for none.
func (o *Oracle) handleLocked(e history.Event, at span) *handle {
	s, key := e.Step, handleKey{e.Step.By, e.Step.Slot}
	switch s.Do {
	case plan.Copy:
		return &handle{path: s.Path, file: o.fileOf(s.Path), from: at.from, fstat: -1}
	case plan.Open:
		delete(o.handles, key)
		h := &handle{path: s.Path, file: o.fileOf(s.Path), from: at.from, fstat: -1}
		if e.Answer.Errno == "" {
			h.opened, h.partial = at.to, o.partialLocked(h.file, e.Step.ID, at)
			o.handles[key] = h
		}
		return h
	case plan.Close:
		h := o.handles[key]
		delete(o.handles, key)
		return h
	case plan.Read, plan.Fstat:
		return o.handles[key]
	}
	return nil
}

// judgeBytesLocked finds bytes that no served version has, or those of two versions.
func (o *Oracle) judgeBytesLocked(e history.Event, at span, h *handle) {
	a := e.Answer
	if h == nil || e.Step.Do == plan.Close {
		return
	}
	versions := o.world.Versions(h.file)
	for _, s := range a.Strays {
		if !s.Short || !explains(versions, h, s) {
			o.findLocked("no wrong byte", e, "at %d there is %s (%s)", s.At, s.Bytes, s.Says)
		}
	}
	for _, r := range a.Runs {
		if o.world.PathOf(r.File) != h.file {
			o.findLocked("no wrong byte", e, "at %d there is %v, which is %s", r.From, r.Version, o.world.PathOf(r.File))
			return
		}
		v, ok := find(versions, r.Number)
		switch {
		case !ok || v.From > at.to:
			o.findLocked("a version that was served", e, "%v was not served by then", r.Version)
		case h.version != 0 && h.version != r.Number:
			o.findLocked("one handle, one version", e, "version %d at %d, after version %d", r.Number, r.From, h.version)
		case r.To > v.Size:
			o.findLocked("no wrong byte", e, "version %d has %d bytes, but there is one at %d", r.Number, v.Size, r.To-1)
		}
		h.version = r.Number
	}
	o.judgeSizeLocked(e, h, versions)
	if e.Answer.Errno == "" {
		o.judgeOrderLocked(e, at, h)
	}
}

// judgeSizeLocked finds a size that is not that of the version that was read.
func (o *Oracle) judgeSizeLocked(e history.Event, h *handle, versions []world.Version) {
	a := e.Answer
	if h.ended {
		return // it reads nothing any more, and its file is another
	}
	h.ended = a.Errno == "ESTALE"
	if a.Stat != nil {
		h.fstat = a.Stat.Size
	}
	v, seen := find(versions, h.version)
	if !seen {
		return
	}
	// A version that fails the digest of another ends the handle at any time, as ESTALE.
	ended := o.world.TellsDigest() && o.versionsDuring(h.file, span{h.from, e.At})
	if h.fstat >= 0 && h.fstat != v.Size && !ended {
		o.findLocked("fstat is true", e, "fstat says %d bytes, version %d has %d", h.fstat, v.Number, v.Size)
	}
	if a.Errno != "" || a.Signaled || o.remountedLocked(h.from, e.At) {
		return // of a mount that ended the kernel gives what it has, and only then an error
	}
	switch e.Step.Do {
	case plan.Read, plan.Awaited:
		o.judgeWholeLocked(e, h, v)
	case plan.Copy:
		if a.Whole && a.Read != v.Size {
			o.findLocked("a copy is whole", e, "%d bytes came; version %d has %d", a.Read, v.Number, v.Size)
		}
	}
}

// judgeWholeLocked finds a read that gave more or less than it had to.
func (o *Oracle) judgeWholeLocked(e history.Event, h *handle, v world.Version) {
	want := max(0, min(e.Step.Length, v.Size-e.Step.Offset))
	if got := e.Answer.Read; got > want || got < want && !o.cutShortLocked(e, h) {
		o.findLocked("a read is whole", e, "%d bytes came of %d; version %d has %d bytes", got, want, v.Number, v.Size)
	}
}

// cutShortLocked reports whether a later part of a read may have failed: the kernel then
// gives the pages before that, and of a paused file the program the bytes.
func (o *Oracle) cutShortLocked(e history.Event, h *handle) bool {
	end, may, at := e.Step.Offset+e.Answer.Read, set{}, span{h.from, e.At}
	o.allowFileLocked(may, h.file, at, busyUntil(e.Step, at, h))
	o.allowTroubleLocked(may, e, at, h)
	return e.Answer.Read > 0 && len(may) > 0 && (end%pageSize == 0 || may["EBUSY"])
}

// pageSize is the least that the kernel asks for.
const pageSize = 4096

// judgeOrderLocked finds an open that shows an older version than an earlier one did.
func (o *Oracle) judgeOrderLocked(e history.Event, at span, h *handle) {
	if h.version == 0 {
		return
	}
	was := o.fresh[h.file]
	if h.version < was.version && was.at <= h.from && !o.forgottenVersionLocked(h.file, was, h.from) {
		o.findLocked("versions do not go back", e, "version %d, after an open that ended at %v showed version %d",
			h.version, was.at, was.version)
	}
	if h.version > was.version {
		o.fresh[h.file] = sighting{h.version, at.to}
	}
}

// forgottenVersionLocked reports whether a mount that ended may have forgotten a version
// that it showed: the disk of the cache kept neither that nor the listing, as it failed
// between the publication and the end.
func (o *Oracle) forgottenVersionLocked(file string, was sighting, until time.Duration) bool {
	v, ok := find(o.world.Versions(file), was.version)
	for _, m := range o.mounts {
		if ok && m.at.meets(was.at, until) && o.diskFailedLocked(v.From, min(m.at.to, until)) {
			return true
		}
	}
	return false
}

func find(versions []world.Version, number uint32) (world.Version, bool) {
	for _, v := range versions {
		if v.Number == number {
			return v, true
		}
	}
	return world.Version{}, false
}

// explains reports whether some version has the bytes of a short stray.
func explains(versions []world.Version, h *handle, s cell.Stray) bool {
	for _, v := range versions {
		if (h.version == 0 || h.version == v.Number) && s.Is(v.Version) {
			return true
		}
	}
	return false
}
