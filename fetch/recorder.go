package fetch

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/claim"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/retry"
)

// A crash costs at most this much of the link: new bytes are held without a record
// of them for flushEvery, or flushLate where more than flushMuch came. To record
// them costs the more the faster they come.
const (
	flushEvery = 500 * time.Millisecond
	flushLate  = 900 * time.Millisecond
	flushMuch  = 8 << 20
)

// flushAgain is how long to wait after a record could not be written.
const flushAgain = 5 * time.Second

// A recorder keeps the record of a download true: soon after a change it makes the
// held bytes durable, and then the record that tells of them.
type recorder struct {
	d *Download

	// guarded by d.mu
	dirty    bool  // the content or the state is not recorded yet
	recorded int64 // bytes held when the last record was made
	flushing bool  // a goroutine will record the change
	ended    bool  // the store has closed: nothing is recorded any more
	evicted  bool  // the record of a failure was dropped to make room, and stays so until the state changes
}

// markDirtyLocked notes that there is a change to record, and sees that it is
// recorded soon.
func (r *recorder) markDirtyLocked() {
	if r.ended {
		return
	}
	r.dirty = true
	if !r.flushing {
		r.flushing = r.d.store.spawn(r.flush)
	}
}

// flush records changes, again and again while there are more. It ends early, having
// recorded all, when the store closes.
func (r *recorder) flush() {
	store := r.d.store
	for pause := flushEvery; ; {
		_ = retry.Sleep(store.ctx, pause)
		if r.unrecorded() > flushMuch {
			_ = retry.Sleep(store.ctx, flushLate-flushEvery)
		}
		store.flushes <- struct{}{}
		err := r.persist()
		<-store.flushes
		if pause = flushEvery; err != nil {
			store.unrecorded(r.d.key, err)
			pause = flushAgain
		}
		if r.flushed() {
			return
		}
	}
}

// flushed ends the flushing if there is no more to do, or no time to.
func (r *recorder) flushed() bool {
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	if r.dirty && r.d.store.ctx.Err() == nil {
		return false
	}
	r.flushing = false
	r.restLocked()
	return true
}

// unrecorded returns how many bytes are held that were not when the last record
// was made.
func (r *recorder) unrecorded() int64 {
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	return r.d.content.held.Len() - r.recorded
}

func (r *recorder) isDirty() bool {
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	return r.dirty
}

// restLocked closes the data file if nothing uses it.
func (r *recorder) restLocked() {
	if !r.dirty && !r.flushing && len(r.d.transfers) == 0 && len(r.d.readers) == 0 {
		r.d.content.file.Rest()
	}
}

// persist makes the held bytes durable, and then the record that says so.
func (r *recorder) persist() error {
	r.d.entry.Lock()
	defer r.d.entry.Unlock()
	return r.persistLocked()
}

// persistLocked is persist for a caller that has d.entry locked. It takes d.mu.
func (r *recorder) persistLocked() error {
	r.d.mu.Lock()
	s := r.snapshotLocked()
	r.d.mu.Unlock()
	return r.writeLocked(s)
}

// A snapshot is the state of a download that is to be recorded.
type snapshot struct {
	record diskcache.Record
	file   *diskcache.File // that has the bytes of record
	held   bool            // file is open, and writeLocked gives the reference back
	broken bool            // the files on disk may not be changed
	quiet  bool            // the file is complete, and nothing is written to it any more
}

// snapshotLocked returns what is to be recorded now. It takes a reference to a file
// that is open, under the lock under which the state counts as recorded: a file with
// bytes that were not synced is not closed in between.
func (r *recorder) snapshotLocked() snapshot {
	d := r.d
	s := snapshot{record: r.recordLocked(), file: d.content.file, broken: d.failure.untouchableLocked() != nil}
	if s.record.Worthless() && len(d.transfers) == 0 {
		s.file.Rest() // or it would stay, empty
	} else {
		s.held = s.file.Hold()
	}
	r.dirty, r.recorded = false, s.record.Held.Len()
	if s.quiet = d.state == Complete && len(d.transfers) == 0; d.state == Complete && !s.quiet {
		r.markDirtyLocked() // to record its stamp when it is
	}
	return s
}

// writeLocked makes the bytes of a snapshot durable, and then its record. The caller
// has d.entry locked.
func (r *recorder) writeLocked(s snapshot) error {
	var err error
	if s.held && !s.broken {
		err = s.file.Sync()
	}
	if s.held {
		s.file.Release()
	}
	if s.quiet && err == nil {
		s.file.StampComplete()
	}
	switch {
	case s.broken:
		return nil
	case err != nil:
		return r.unsyncedLocked(fault.Disk(err))
	}
	if err := r.d.entry.SaveLocked(s.record, s.file); err != nil {
		r.d.mu.Lock()
		r.dirty = true
		r.d.mu.Unlock()
		return fault.Disk(err)
	}
	return nil
}

// unsyncedLocked drops the held bytes after they could not be made durable: the
// kernel does not keep bytes that it failed to write, nor say so a second time. It
// needs the lock of d.entry, and takes d.mu.
func (r *recorder) unsyncedLocked(err error) error {
	r.d.discardAllLocked()
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	r.d.failLocked(err)
	return err
}

// recordLocked returns the record of the download as it is now.
func (r *recorder) recordLocked() diskcache.Record {
	d := r.d
	url, exact, redirect := d.source.recordable()
	listed := claim.None
	if d.content.contradicted(d.listed) || !d.content.fresh.claim.Tells() {
		listed = d.listed // else it is that of the content
	}
	return diskcache.Record{Key: d.key, URL: url, Exact: exact, Redirect: redirect,
		State: d.recordedStateLocked().String(), File: d.content.validator, Type: d.content.typ,
		Expected: d.source.expected, Digest: d.content.fresh.claim.Digest,
		Claim: d.content.fresh.claim, Checked: d.content.fresh.checked, Listed: listed, Denied: d.content.fresh.denied,
		Sum: d.content.sum, Held: d.content.held, Wanted: d.wish.names()}
}

// usesAtClose is how many records Close may write because of a use alone.
const usesAtClose = 256

// lastUsed returns the downloads whose record does not tell when they were last used,
// of too many those that were used last.
func lastUsed(all []*Download) map[*Download]bool {
	uses := make(map[*Download]time.Time)
	for _, d := range all {
		if used := d.entry.Unrecorded(); !used.IsZero() {
			uses[d] = used
		}
	}
	list := slices.SortedFunc(maps.Keys(uses), func(a, b *Download) int { return uses[b].Compare(uses[a]) })
	due := make(map[*Download]bool)
	for _, d := range list[:min(len(list), usesAtClose)] {
		due[d] = true
	}
	return due
}

// logEvery is how often a failure that goes on is logged, whichever downloads meet it.
const logEvery = time.Minute

// A logLimit lets one line of a kind through every logEvery. The zero value is ready
// to use.
type logLimit struct {
	mu      sync.Mutex // guards what follows
	last    time.Time
	skipped int // lines since then
}

// next reports whether a line may be written at now, and how many were not since the
// last that was.
func (l *logLimit) next(now time.Time) (skipped int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.last.IsZero() && now.Sub(l.last) < logEvery {
		l.skipped++
		return 0, false
	}
	skipped = l.skipped
	l.last, l.skipped = now, 0
	return skipped, true
}

// unremoved logs why the disk did not remove what a download has dropped.
func (s *Store) unremoved(key string, err error) {
	if s.complaints.Allow() {
		s.log.Warn("the cache does not remove dropped bytes", "key", key, "err", err)
	}
}

// unrecorded logs why a download could not be recorded. On a full disk each download
// tries again every few seconds.
func (s *Store) unrecorded(key string, err error) {
	if skipped, ok := s.recordLog.next(time.Now()); ok {
		s.log.Warn("cannot record a download", "key", key, "err", err, "skipped", skipped)
	}
}
