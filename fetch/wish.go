package fetch

import "slices"

// A wish is who wants the whole of a file. The zero value is nobody.
type wish uint8

const (
	wishSeems   wish = 1 << iota // a reader seems to want it: this ends with the reader
	wishReader                   // a reader does beyond doubt, or did
	wishCommand                  // a user's command
	wishPin                      // a user, for good: a later version of this program may say so
)

// wishNames are the wishes that outlast a reader, as a record has them.
var wishNames = []string{"reader", "command", "pin"}

// after returns the wish after an event that led to a state.
func (w wish) after(e event, to State) wish {
	switch {
	case to == Idle || to == Complete:
		return 0
	case e == evMeant:
		return w | wishSeems
	}
	return w
}

// lasting reports whether somebody wants the file who is not about to close it.
func (w wish) lasting() bool { return w&^wishSeems != 0 }

// names returns the wish as a record has it.
func (w wish) names() (names []string) {
	for i, name := range wishNames {
		if w&(wishReader<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// wishOf returns the wish that a record tells of. Records that do not say, or name
// another, are taken for a user's command.
func wishOf(names []string) (w wish) {
	for i, name := range wishNames {
		if slices.Contains(names, name) {
			w |= wishReader << i
		}
	}
	if w == 0 {
		return wishCommand
	}
	return w
}

// wantLocked notes that somebody wants the whole file for good.
func (d *Download) wantLocked(by wish) {
	if d.wish&by != by {
		d.wish |= by
		d.recorder.markDirtyLocked()
	}
}

// commandedLocked notes that a user's command brought the download where it stands.
func (d *Download) commandedLocked() {
	if d.state != Idle && d.state != Complete {
		d.wantLocked(wishCommand)
	}
}

// recordedStateLocked is the state that outlasts the process: a file that a reader
// only seems to want is idle then, paused with its folder or not, and so is one whose
// failure was evicted.
func (d *Download) recordedStateLocked() State {
	if d.recorder.evicted && len(d.content.held) == 0 {
		return Idle
	}
	if (d.state == Downloading || d.state == Failed || d.state == Paused) && !d.wish.lasting() {
		return Idle
	}
	return d.state
}
