// Package intent owns the question of how much of a file the user of a handle wants:
// its structure, such as tags, or all of it, to play or to copy. It is pure: it sees
// offsets, sizes and times, which come in as arguments.
//
// A wish has degrees. The user Means it: it seems to want the whole file. It is Sure:
// more is fetched than it reads next. It Lasts: the download outlasts the handle. A
// player gets there by its pace, which is time that it spends without waiting for bytes
// between reads. A program that reads at full speed gets there by how much it has read
// alone, however long that took: file(1) reads 7 MiB at each end of a file, an analyser of
// sound its first two minutes, and a copy that was stopped before has shown no more.
//
// It must never know a format, a lock or a clock: a caller tells which bytes are
// structure. Open intent.go first: a Trace is what one handle has read. kind.go tells
// players from copies.
package intent

import (
	"time"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

const (
	// Much is how many bytes beyond the structure, read in sequence, seem to mean the
	// whole file at once. Indexers read as much as 512 KiB there: MPD fills such a buffer.
	Much = 640 << 10

	// Certain is how many of them are no look, and at least make a wish that outlasts its
	// handle, where they are three quarters of the file. A program that guesses the kind
	// of recording reads 1 MiB of it.
	Certain = 1280 << 10

	// Lasting is how many of them do in a file of unknown size. file(1) reads 7 MiB at
	// each end of a file.
	Lasting = 8 << 20

	// Buffer is how many of them one who reads no more for a while may have taken to play,
	// as MPD does. Others read a block, and forget to close the file.
	Buffer = 256 << 10

	// Little is the least that means the whole file once Moment has passed. A player
	// has read as much by then, of 128 kbit/s too.
	Little = 16 << 10

	// Moment is how long a handle that reads in sequence beyond the structure must stay
	// open. An indexer has closed it by then.
	Moment = 750 * time.Millisecond

	// Idle is how long a handle must have waited for nothing since then for its wish
	// to outlast it.
	Idle = 3 * time.Second

	// ask is how many bytes a reader asks for whom a user may want to stop.
	ask = 256 << 10

	// block is the unit of what is fetched for a reader of tags.
	block = 64 << 10

	// skip is how far a read may lie from where the sequence goes on and still belong
	// to it: readers skip small parts, and reads of one program come out of order.
	skip = 128 << 10

	// head is how much of a file's start counts as structure: readers look there for the
	// kind of a file. Before it plays, VLC reads an index of any length after that.
	head = 4 << 10

	// tail is how much of a file's end does: readers look for tags and for the last page
	// there.
	tail = 64 << 10

	// few is how many reads make a sequence, where one is no sign, and in how many
	// different seconds reads make a pace.
	few = 3
)

// A Trace is what the reads of one handle show. The zero value is that of a handle that
// has read nothing, of a file without structure.
type Trace struct {
	structure ranges.Set
	size      int64 // of the file, if it is known to have any

	// The sequence under way.
	next    int64     // where a read would go on
	middle  bool      // it began beyond the structure at the start of the file
	reads   int       // that brought bytes beyond the structure
	asked   int64     // bytes that reads under way will bring
	content int64     // bytes beyond the structure that came
	burst   int64     // of these in the first second
	began   time.Time // when the read began that brought the first of these
	first   time.Time // when that ended; zero if none came
	seconds int       // in which reads brought some of these
	second  time.Time // when the last of those seconds began

	waiting int           // reads under way
	busy    time.Time     // since when
	since   time.Time     // until when idle is counted
	idle    time.Duration // since first, without a read under way
	jumps   int           // sequences before this one that brought bytes beyond the structure
}

// Learn takes over which bytes of a file of size bytes, -1 unknown, are structure.
func (t *Trace) Learn(structure ranges.Set, size int64) {
	t.structure, t.size = structure, max(size, 0)
	if size > 0 {
		t.structure = structure.Add(ranges.Range{Start: 0, End: min(head, size/8)}).
			Add(ranges.Range{Start: size - min(tail, size/8), End: size})
	}
}

// Read notes that a read of r begins. Served or Left must follow.
func (t *Trace) Read(r ranges.Range, now time.Time) {
	t.pass(now)
	if t.waiting++; t.waiting == 1 {
		t.busy = now
	}
	if t.size > 0 {
		r.End = min(r.End, t.size)
	}
	switch {
	case r.Empty():
	case r.Start <= t.next+skip && r.End >= t.next-skip:
		t.asked += max(r.End-max(t.next, r.Start), 0)
		t.next = max(t.next, r.End)
	case t.structure.Missing(r).Len() > r.Len()/2: // a look at structure elsewhere ends no sequence
		t.begin(r)
	}
}

// begin begins another sequence.
func (t *Trace) begin(r ranges.Range) {
	if t.content > 0 {
		t.jumps++
	}
	t.Forget()
	t.next, t.asked = r.End, r.Len()
	t.middle = r.Start > t.structure.From(0)+skip
}

// Served notes that a read has ended and brought the bytes of r.
func (t *Trace) Served(r ranges.Range, now time.Time) {
	t.Left(now)
	fresh := min(t.structure.Missing(r).Len(), t.asked)
	t.asked -= min(max(r.Len(), 0), t.asked)
	if fresh <= 0 {
		return
	}
	if t.first.IsZero() {
		t.began, t.first, t.since = t.busy, now, now
	}
	t.reads++
	t.content += fresh
	if t.seconds == 0 || !now.Before(t.second.Add(time.Second)) {
		t.seconds, t.second = t.seconds+1, now
	}
	if now.Before(t.first.Add(time.Second)) {
		t.burst = t.content
	}
}

// Left notes that a read has ended without bytes.
func (t *Trace) Left(now time.Time) {
	t.pass(now)
	t.waiting = max(t.waiting-1, 0)
}

// pass counts the time until now.
func (t *Trace) pass(now time.Time) {
	t.idle, t.since = t.idleAt(now), now
}

// idleAt returns for how long, until now, no read was under way since the first byte
// beyond the structure came.
func (t *Trace) idleAt(now time.Time) time.Duration {
	if t.waiting > 0 || t.first.IsZero() {
		return t.idle
	}
	return t.idle + max(now.Sub(t.since), 0)
}

// Means reports whether the handle's user seems to want the whole file.
func (t *Trace) Means(now time.Time) bool {
	switch {
	case t.content < Little, t.middle && t.reads < few:
		return false
	case t.content >= Much:
		return true
	}
	return !now.Before(t.moment())
}

// moment returns when a handle that is still open seems to mean the whole file. One that
// has closed before its next read shows nothing by the time that the first one took.
func (t *Trace) moment() time.Time {
	if t.asked > 0 || t.reads >= few {
		return t.began.Add(Moment)
	}
	return t.first.Add(Moment)
}

// Sure reports whether the wish is more than a look at much of the file: only then is
// more fetched than the user reads next. One who has waited for nothing for a Moment is
// no program that reads at full speed, and closes the file.
func (t *Trace) Sure(now time.Time) bool {
	return t.Means(now) && (t.content >= Certain || t.paces() && t.idleAt(now) >= Moment)
}

// Lasts reports whether the wish outlasts the handle. That of a user who reads at full
// speed does not before most of the file was read, however long that took.
func (t *Trace) Lasts(now time.Time) bool {
	return t.Means(now) && (t.content >= t.lasting() || t.paces() && t.idleAt(now) >= Idle)
}

// paces reports whether the time between reads, or since the last, is a sign: one who
// read a block and left the file open keeps no pace.
func (t *Trace) paces() bool { return t.content >= Buffer || t.seconds >= few }

// lasting returns how many bytes make a wish that outlasts its handle: three quarters of
// those beyond the structure.
func (t *Trace) lasting() int64 {
	if t.size == 0 {
		return Lasting
	}
	return max((t.size-t.structure.Len())*3/4, Certain)
}

// Due returns when Means, Sure or Lasts changes if no read begins or ends before; zero
// if none does.
func (t *Trace) Due(now time.Time) time.Time {
	switch {
	case t.content < Little, t.middle && t.reads < few, t.Lasts(now):
		return time.Time{}
	case !t.Means(now):
		return t.moment()
	case t.waiting > 0, !t.paces():
		return time.Time{}
	case !t.Sure(now):
		return now.Add(Moment - t.idleAt(now))
	}
	return now.Add(Idle - t.idleAt(now))
}

// Asks reports whether the reads of the sequence, with those under way, are of so much
// that they are worth being seen while they wait.
func (t *Trace) Asks() bool { return t.content+t.asked >= ask }

// Hurries reports whether the sequence has brought so much that the user waits for bytes
// alone, and is worth several connections, which bring others than it reads next.
func (t *Trace) Hurries() bool { return t.content >= Certain }

// Forget gives the sequence up, after which the user has shown no wish.
func (t *Trace) Forget() {
	t.reads, t.asked, t.content, t.burst, t.idle, t.seconds = 0, 0, 0, 0, 0, 0
	t.began, t.first = time.Time{}, time.Time{}
}

// Ahead returns how many bytes from end on, where a read ends, its user will read next, as
// long as it is not sure that it wants the whole file: the rest of the structure there, a
// quarter of what it has read in sequence, and at least up to where the next block begins.
func (t *Trace) Ahead(end int64) int64 {
	return max(t.structure.From(end), (t.content+t.asked)/4, (block-end%block)%block)
}
