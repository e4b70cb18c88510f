package fetch

import "github.com/tunesfs/tunesfs/internal/ranges"

const (
	// meantRun is how much one handle reads in sequence before the whole file
	// is taken to be wanted. Indexers and thumbnailers stay below it.
	meantRun = 256 << 10

	// smallFile is the size up to which any read means the whole file: asking
	// twice would cost more than the bytes.
	smallFile = 1 << 20

	// skipAhead is how far a read may jump forward and still count as going
	// on in sequence: players skip tags and covers.
	skipAhead = 128 << 10

	minWindow = 64 << 10
	maxWindow = 4 << 20
)

// A window is one handle's read-ahead: how far it has read in sequence, and
// what it will want next. Kernel requests of one read may arrive out of order,
// so a read that begins a little before the place expected goes on too.
type window struct {
	next int64 // where a sequential read would begin
	run  int64 // bytes read in sequence so far
	end  int64 // how far ahead is wanted
}

// read notes a read of r. The end moves on only when half of the window has
// been read, so that small reads do not make small requests; read reports
// whether it did.
func (w *window) read(r ranges.Range) (moved bool) {
	if r.Start > w.next+skipAhead || r.End < w.next-skipAhead {
		*w = window{next: r.End, run: r.Len(), end: r.End}
	} else {
		w.run += max(r.End-max(w.next, r.Start), 0)
		w.next = max(w.next, r.End)
	}
	if length := min(max(w.run, minWindow), maxWindow); w.next+length/2 >= w.end {
		w.end = w.next + length
		return true
	}
	return false
}

// ahead returns what to have ready beyond the last read: as much again as was
// read in sequence, within bounds.
func (w *window) ahead() ranges.Range { return ranges.Range{Start: w.next, End: w.end} }

// forget gives the window up until the next read.
func (w *window) forget() { w.end = w.next }

// meant reports whether the reads so far show that the whole of a file of this
// size is wanted.
func (w *window) meant(size int64) bool {
	return w.run >= meantRun || (size >= 0 && size <= smallFile && w.run > 0)
}
