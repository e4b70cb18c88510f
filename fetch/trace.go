package fetch

import (
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/intent"
	"github.com/tunesfs/tunesfs/fetch/internal/plan"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// An interest is what the reads of a handle show of its user's wish, and the timer for
// the next moment at which that changes by itself. It is guarded by Download.mu.
type interest struct {
	intent.Trace
	sure  bool        // as considerLocked found it last
	timer *time.Timer // nil while it was not needed
}

// begin notes that a read begins, and moves the window.
func (r *Reader) begin(off int64, length int) (moved bool) {
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	if r.err != nil {
		return false
	}
	read, now := ranges.Range{Start: off, End: off + int64(length)}, time.Now()
	r.interest.Learn(r.d.content.layout.Structure, r.d.content.validator.Size)
	r.interest.Read(read, now)
	if r.d.wish == wishSeems && !r.interest.Means(now) {
		r.window.Forget() // it reads elsewhere, and what was fetched for its wish ends
	}
	r.considerLocked(now) // before the window moves: what is missing before it comes first
	most := int64(plan.MaxWindow)
	if !r.d.wholeLocked() {
		most = r.interest.Ahead(read.End)
	}
	return r.window.Read(read, most)
}

// end notes that a read at off has ended with n bytes.
func (r *Reader) end(off int64, n int) {
	if n > 0 {
		r.d.learnLayout()
	}
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	now := time.Now()
	r.interest.Learn(r.d.content.layout.Structure, r.d.content.validator.Size)
	r.interest.Served(ranges.Range{Start: off, End: off + int64(n)}, now)
	r.considerLocked(now)
}

// considerLocked sets the download under way if the handle's user seems to want the
// whole file, and takes that back if nobody does. It sets the timer for when that
// changes by itself.
func (r *Reader) considerLocked(now time.Time) {
	d := r.d
	if _, open := d.readers[r]; !open {
		return
	}
	switch {
	case r.err != nil || !r.interest.Means(now):
		d.undoLocked(now)
	case d.state == Idle && !d.failure.recent():
		_ = d.transitionLocked(evMeant) // never refused
		d.rescaleLocked(now)
		d.scheduleLocked()
	}
	r.confirmLocked(now)
	r.assureLocked(now)
	r.armLocked(now)
}

// assureLocked has the whole file be fetched once the handle's user surely wants it.
func (r *Reader) assureLocked(now time.Time) {
	before := r.interest.sure
	r.interest.sure = r.err == nil && r.interest.Sure(now)
	if r.interest.sure && !before && r.d.state == Downloading {
		r.d.rescaleLocked(now)
		r.d.scheduleLocked()
	}
}

// wholeLocked reports whether all of the file is to be fetched, and not only what readers
// read next: none whose wish only seems to be one has more fetched than a little.
func (d *Download) wholeLocked() bool {
	if d.state != Downloading {
		return false
	}
	looks := false
	for r := range d.readers {
		if r.interest.sure {
			return true
		}
		looks = looks || r.err == nil
	}
	return d.wish != wishSeems || d.content.streams() || !looks || d.waiters.needWhole()
}

// confirmLocked has the wish of the handle's user outlast the handle once it is beyond
// doubt.
func (r *Reader) confirmLocked(now time.Time) {
	if (r.d.state == Downloading || r.d.state == Failed) && r.err == nil && r.interest.Lasts(now) {
		r.d.wantLocked(wishReader)
	}
}

// trace notes a read of a file that is held whole.
func (r *Reader) trace(off int64, length int) {
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	read, now := ranges.Range{Start: off, End: off + int64(length)}, time.Now()
	r.interest.Learn(r.d.content.layout.Structure, r.held.version.Size)
	r.interest.Read(read, now)
	r.interest.Served(read, now)
}

// A Use is how a handle was read so far, as far as its reads came here.
type Use struct {
	Read  bool          // it was
	Plays bool          // in sequence, at a pace of the reader's own, as a player does
	Pace  float64       // bytes a second; 0 unknown
	Next  int64         // where the sequence goes on
	Ends  bool          // which is at the end of the file
	Quiet time.Duration // since the last read ended; 0 while there is one
}

// Use returns how the handle was read so far.
func (r *Reader) Use() Use {
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	if r.err != nil {
		return Use{}
	}
	now := time.Now()
	u := Use{Plays: r.interest.Kind(now) == intent.Play, Pace: r.interest.Pace(now), Next: r.interest.Next(), Ends: r.interest.Ends()}
	u.Quiet, u.Read = r.interest.Quiet(now)
	return u
}

// hurriedLocked reports whether the file is wanted so much that several connections may
// bring it.
func (d *Download) hurriedLocked() bool {
	if d.wish.lasting() {
		return true
	}
	for r := range d.readers {
		if r.interest.Hurries() {
			return true
		}
	}
	return false
}

// armLocked sets the timer.
func (r *Reader) armLocked(now time.Time) {
	due := r.interest.Due(now)
	switch {
	case due.IsZero() || r.err != nil || r.d.wish.lasting() || r.d.state == Complete || r.d.state == Paused:
		r.interest.stop()
	case r.interest.timer == nil:
		r.interest.timer = time.AfterFunc(due.Sub(now), r.isDue)
	default:
		r.interest.timer.Reset(due.Sub(now))
	}
}

// stop stops the timer.
func (i *interest) stop() {
	if i.timer != nil {
		i.timer.Stop()
	}
}

// isDue is called by the timer.
func (r *Reader) isDue() {
	if !r.d.store.enter() {
		return
	}
	defer r.d.store.wg.Done()
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	r.considerLocked(time.Now())
}

// leaveLocked takes a handle back that was closed: what it only seemed to want is undone.
func (r *Reader) leaveLocked() {
	now := time.Now()
	r.confirmLocked(now)
	r.interest.stop()
	delete(r.d.readers, r)
	r.d.undoLocked(now)
}

// undoLocked sets a download back to idle that a reader seemed to want and nobody does.
// The held bytes are kept. A stream goes on while anybody reads it: it could not go on
// later. A pause ends with the last handle that was open before it.
func (d *Download) undoLocked(now time.Time) {
	if d.wish != wishSeems || d.waiters.needWhole() || len(d.readers) > 0 && d.content.streams() {
		return
	}
	for r := range d.readers {
		if r.err == nil && (r.interest.Means(now) || d.state == Paused && !r.late) {
			return
		}
	}
	_ = d.transitionLocked(evUndone) // never refused
	d.endUnwantedLocked()
	d.scheduleLocked()
}

// endUnwantedLocked ends the transfers, or the parts of them, that bring nothing that a
// handle reads now or next.
func (d *Download) endUnwantedLocked() {
	wants := d.demandLocked().Wants
	for _, t := range d.transfers {
		end := int64(0)
		for _, w := range wants {
			if both := w.Intersect(t.Range); !both.Empty() {
				end = max(end, both.End)
			}
		}
		switch {
		case t.validates && len(d.waiters.list) > 0:
		case end == 0:
			t.stop(errNeedless)
		default:
			t.End = end
		}
	}
}
