package plan

import "github.com/tunesfs/tunesfs/internal/ranges"

const (
	// skipAhead is how far a read may jump forward and still count as going
	// on in sequence: players skip tags and covers.
	skipAhead = 128 << 10

	minWindow = 64 << 10

	// MaxWindow is the most that one handle reads ahead.
	MaxWindow = 4 << 20
)

// A Window is one handle's read-ahead: how far it has read in sequence, and
// the range that it will want next. Kernel requests of one read may arrive out of order,
// so a read that begins a little before the place expected goes on too.
type Window struct {
	Next int64 // where a sequential read would begin
	run  int64 // bytes read in sequence so far
	End  int64 // how far ahead is wanted
}

// Read notes a read of r. The end moves on only when half of the window has
// been read, so that small reads do not make small requests; read reports
// whether it did. most is how far ahead is wanted at most.
func (w *Window) Read(r ranges.Range, most int64) (moved bool) {
	if r.Start > w.Next+skipAhead || r.End < w.Next-skipAhead {
		*w = Window{Next: r.End, run: r.Len(), End: r.End}
	} else {
		w.run += max(r.End-max(w.Next, r.Start), 0)
		w.Next = max(w.Next, r.End)
	}
	if length := min(max(w.run, minWindow), MaxWindow, most); w.Next+length/2 >= w.End {
		w.End = w.Next + length
		return true
	}
	return false
}

// Ahead returns what to have ready beyond the last read: as much again as was
// read in sequence, within bounds.
func (w *Window) Ahead() ranges.Range { return ranges.Range{Start: w.Next, End: w.End} }

// Forget gives the window up until the next read.
func (w *Window) Forget() { w.End = w.Next }
