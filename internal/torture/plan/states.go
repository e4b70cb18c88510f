package plan

import (
	"strings"
	"time"
)

// inState brings a file of the worker's own into a state, and uses it in all ways.
func (d *drawer) inState() {
	f := d.own()
	if d.IntN(2) == 0 {
		f = d.slow()
	}
	for verb := range strings.FieldsSeq(pick(d.Rand, "start", "cancel", "start pause", "cancel start pause", "cancel start", "evict", "")) {
		d.verb(f.Path, verb)
	}
	for range 2 + d.IntN(4) {
		d.add(Step{Do: Get, Path: f.Path, Name: "user.tunesfs.state"})
		d.use(f)
	}
	d.verb(f.Path, pick(d.Rand, "resume", "cancel")) // who waits for pages of a paused file waits on
}

// soon interrupts a step that may wait for a file that is paused.
const soon = 100 * time.Millisecond

// use does one thing to a file, none that waits for pages, of which no signal would tell.
func (d *drawer) use(f File) {
	slot := d.IntN(Slots)
	switch d.IntN(10) {
	case 0, 1, 2:
		d.add(Step{Do: Copy, Path: f.Path, Signal: soon,
			How: pick(d.Rand, "cp", "mpv", "tags", "backward", "direct")})
	case 3:
		d.add(Step{Do: Stat, Path: f.Path, Signal: soon})
	case 4, 5:
		d.add(Step{Do: Open, Path: f.Path, Slot: slot, How: pick(d.Rand, "", "direct"), Signal: soon})
		d.add(Step{Do: Read, Slot: slot, How: "pread", Offset: d.Int64N(f.Size) &^ 4095, Length: 4096, Signal: soon})
		d.add(Step{Do: Fstat, Slot: slot, Signal: soon})
		d.add(Step{Do: Close, Slot: slot})
	case 6:
		d.add(Step{Do: Attrs, Path: f.Path})
	case 7:
		d.add(Step{Do: Button, Path: f.Path, Name: pick(d.Rand, "progress", "pause", "resume", "cancel")})
	default:
		d.verb(f.Path, pick(d.Rand, "start", "pause", "resume", "cancel", "evict"))
	}
}
