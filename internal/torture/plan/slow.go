package plan

import (
	"fmt"
	"path"
	"slices"
	"time"
)

// Files that come slowly, so that verbs meet them in the middle.
const (
	slowRate = 200_000 // bytes a second
	slowSize = 2 * slowRate
)

// Kept is the folder of files that only the world gives verbs to, right before it ends
// the mount.
const Kept = "kept"

// Paused is a file of the folder Kept that a checkpoint pauses.
const Paused = Kept + "/kept0.ogg"

// slowFiles returns a slow file for each worker and those of the folder Kept.
func slowFiles() []File {
	slow := File{Size: slowSize, Rate: slowRate, Validators: "strong"}
	var all []File
	for by := range workers {
		slow.Path = fmt.Sprintf("own%d/slow%d.mp3", by, by)
		all = append(all, slow)
	}
	for i, validators := range []string{"strong", "date"} {
		slow.Path, slow.Validators = fmt.Sprintf("%s/kept%d.ogg", Kept, i), validators
		all = append(all, slow)
	}
	return all
}

// outwait has a read wait at the end of a round until it gives up: five seconds for a
// link, in some seeds, and a minute for a server that is silent, in few.
func (d *changes) outwait(round int) {
	s := Step{Do: Outwait, After: d.n, Path: kept()[0].Path, Mount: d.mount()}
	switch seed := d.setup.Seed; {
	case round > 0:
		return
	case seed%8 == 3:
		s.Fault = "down"
	case seed%32 == 7:
		s.Fault = "stall"
	default:
		return
	}
	d.add(s)
}

// kept returns the files of the folder Kept.
func kept() []File {
	return slices.DeleteFunc(slowFiles(), func(f File) bool { return path.Dir(f.Path) != Kept })
}

// slow returns the slow file that only this worker touches.
func (d *drawer) slow() File {
	dir := fmt.Sprintf("own%d", d.by)
	i := slices.IndexFunc(d.setup.Files, func(f File) bool { return path.Dir(f.Path) == dir && f.Rate > 0 })
	return d.setup.Files[i]
}

// fromScratch has nothing be held of a file.
func (d *drawer) fromScratch(p string) {
	d.verb(p, "cancel")
	d.state(p)
}

// rest waits, so that bytes come.
func (d *drawer) rest() {
	d.add(Step{Do: Rest, Signal: time.Duration(1+d.IntN(150)) * time.Millisecond})
}

// pausedMidway pauses a download in the middle, and looks twice whether bytes move.
func (d *drawer) pausedMidway() {
	p := d.slow().Path
	d.fromScratch(p)
	d.verb(p, "start")
	d.rest()
	d.verb(p, "pause")
	d.state(p)
	d.rest()
	d.looks()
	d.state(p)
	d.verb(p, pick(d.Rand, "resume", "start", "cancel", "evict"))
	d.state(p)
}

// canceledMidway has a read wait for bytes, and gives a verb to the file.
func (d *drawer) canceledMidway() {
	f, slot := d.slow(), d.IntN(Slots)
	d.fromScratch(f.Path)
	d.add(Step{Do: Open, Path: f.Path, Slot: slot, Signal: guard})
	if d.IntN(2) == 0 {
		d.add(Step{Do: Read, Slot: slot, Length: 100, Signal: guard})
	}
	wait := Step{Do: Await, Slot: slot, Offset: f.Size / 2, Length: f.Size / 3}
	d.add(wait)
	d.rest()
	verb := pick(d.Rand, "cancel", "cancel", "cancel", "pause")
	d.verb(f.Path, verb)
	if verb == "pause" {
		d.rest()
		d.verb(f.Path, pick(d.Rand, "resume", "cancel"))
	}
	wait.Do, wait.Signal = Awaited, waitEnd
	d.add(wait)
	d.state(f.Path)
	d.add(Step{Do: Read, Slot: slot, Length: 100, Signal: guard})
	d.add(Step{Do: Close, Slot: slot})
}

// waitEnd ends the wait for a read in the background.
const waitEnd = 5 * time.Second
