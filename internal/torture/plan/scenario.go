package plan

import (
	"fmt"
	"path"
	"strings"
	"time"
)

// handle reads by a handle that stays open for a while.
func (d *drawer) handle() {
	f, slot := d.file(), d.IntN(Slots)
	d.add(Step{Do: Open, Path: f.Path, Slot: slot, How: pick(d.Rand, "", "", "", "direct"), Signal: d.guard()})
	how := pick(d.Rand, "pread", "pread", "mmap", "sendfile", "copyrange")
	direct := d.out[len(d.out)-1].How == "direct"
	at := d.Int64N(f.Size + 100)
	for range 1 + d.IntN(5) {
		n := 1 + d.Int64N(pick[int64](d.Rand, 20, 5000, 200_000))
		if direct {
			how, at, n = "pread", at&^4095, (n+4095)&^4095
		}
		d.add(Step{Do: Read, Slot: slot, How: how, Offset: at, Length: n, Signal: d.guard()})
		if at += n; d.IntN(3) == 0 || at > f.Size {
			at = d.Int64N(f.Size + 100)
		}
		if d.IntN(6) == 0 {
			d.add(Step{Do: Fstat, Slot: slot, Signal: guard})
		}
		if d.IntN(6) == 0 {
			d.looks()
		}
	}
	if d.IntN(4) > 0 {
		d.add(Step{Do: Close, Slot: slot})
	}
}

// wholeFile reads a file as some program does.
func (d *drawer) wholeFile() {
	d.add(Step{Do: Copy, Path: d.file().Path, Signal: d.guard(),
		How: pick(d.Rand, "cp", "cp", "mpv", "tags", "backward", "direct", "mmap", "sendfile", "copyrange")})
}

// looks looks at names and attributes.
func (d *drawer) looks() {
	switch d.IntN(6) {
	case 0, 1:
		d.add(Step{Do: Stat, Path: d.file().Path, Signal: guard})
	case 2:
		d.add(Step{Do: List, Path: pick(d.Rand, "", "shared", "shared/deep", fmt.Sprintf("own%d", d.by)), How: pick(d.Rand, "", "seekdir")})
	case 3:
		name := pick(d.Rand, "state", "progress", "size", "downloaded", "error", "id")
		d.add(Step{Do: Get, Path: d.file().Path, Name: "user.tunesfs." + name})
	case 4:
		d.add(Step{Do: Attrs, Path: d.file().Path})
	case 5:
		d.add(Step{Do: Button, Path: d.file().Path, Name: pick(d.Rand, "progress", "pause", "resume", "cancel")})
	}
}

// ways returns a way to give a verb to a file.
func (d *drawer) way(verb string) string {
	if d.IntN(20) == 0 && verb != "refresh" {
		return "command"
	}
	if verb == "pause" || verb == "resume" || verb == "cancel" {
		return pick(d.Rand, "xattr", "sidecar", "write")
	}
	return "xattr"
}

func (d *drawer) verb(p, verb string) {
	d.add(Step{Do: Control, Path: p, Verb: verb, How: d.way(verb)})
}

func (d *drawer) state(p string) {
	d.add(Step{Do: Get, Path: p, Name: "user.tunesfs.state"})
	d.add(Step{Do: Get, Path: p, Name: "user.tunesfs.downloaded"})
}

// ownVerbs gives verbs to a file that nobody else touches, and looks what they did.
func (d *drawer) ownVerbs() {
	p := d.own().Path
	verb := pick(d.Rand, "start", "pause", "cancel", "evict", "start")
	if verb == "pause" {
		d.verb(p, "start")
	}
	d.verb(p, verb)
	d.state(p)
	if d.IntN(2) == 0 {
		d.looks()
		d.state(p)
	}
	if verb == "pause" {
		d.state(p)
		d.verb(p, pick(d.Rand, "resume", "start", "cancel"))
		d.state(p)
	}
}

// sharedVerb gives a verb to a file that others use.
func (d *drawer) sharedVerb() {
	p := d.file().Path
	verb := pick(d.Rand, "start", "pause", "resume", "cancel", "evict")
	d.verb(p, verb)
	if verb == "pause" {
		d.looks()
		d.verb(p, "resume")
	}
}

// folderVerb gives a verb to a folder, and waits until that is carried out.
func (d *drawer) folderVerb() {
	p := pick(d.Rand, "shared", "shared/deep", fmt.Sprintf("own%d", d.by))
	verb := pick(d.Rand, "start", "pause", "resume", "cancel", "evict")
	d.add(Step{Do: Control, Path: p, Verb: verb, How: "xattr"})
	if verb == "pause" {
		d.looks()
		d.add(Step{Do: Control, Path: p, Verb: "resume", How: "xattr"})
	}
	d.add(Step{Do: Settle, Path: p})
}

// search makes a search, uses it, and removes it.
func (d *drawer) search() {
	f := d.file()
	p := strings.TrimSuffix(path.Base(f.Path), path.Ext(f.Path))
	if d.IntN(2) == 0 { // as a file manager does
		made := fmt.Sprintf("New Folder %d", d.by)
		d.add(Step{Do: Mkdir, Path: made})
		d.add(Step{Do: Move, Path: made, Name: p})
	} else {
		d.add(Step{Do: Mkdir, Path: p})
	}
	d.add(Step{Do: List, Path: p, How: pick(d.Rand, "", "seekdir")})
	d.add(Step{Do: Copy, Path: p + "/" + path.Base(f.Path), How: "cp", Signal: d.guard()})
	if d.IntN(4) == 0 {
		other := d.file()
		d.add(Step{Do: Move, Path: p, Name: strings.TrimSuffix(path.Base(other.Path), path.Ext(other.Path))})
	}
	if d.IntN(2) == 0 {
		d.add(Step{Do: Rmdir, Path: p})
		d.add(Step{Do: Settle, Path: ""})
	}
}

// removal hides a file from a folder, and shows it again.
func (d *drawer) removal() {
	p := d.own().Path
	d.add(Step{Do: Remove, Path: p})
	d.add(Step{Do: List, Path: fmt.Sprintf("own%d", d.by)})
	d.add(Step{Do: Control, Path: fmt.Sprintf("own%d", d.by), Verb: "refresh", How: "xattr"})
}

func (d *drawer) refresh() {
	p := pick(d.Rand, "", "shared", "shared/deep", fmt.Sprintf("own%d", d.by))
	d.add(Step{Do: Control, Path: p, Verb: "refresh", How: "xattr"})
	d.add(Step{Do: List, Path: p, How: pick(d.Rand, "", "seekdir")})
}

// never tries what is never allowed.
func (d *drawer) never() {
	d.add(Step{Do: Rename, Path: d.file().Path})
}

// follow reads events for a while, or opens them and never reads.
func (d *drawer) follow() {
	if d.IntN(3) == 0 {
		d.add(Step{Do: Follow, How: "never"})
	}
	d.add(Step{Do: Events, How: pick(d.Rand, "", "slow"), Signal: time.Duration(50+d.IntN(300)) * time.Millisecond})
	d.add(Step{Do: Downs})
}
