package fetch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/claim"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
)

var (
	// errSuperseded ends a transfer or a read after which what is wanted is
	// planned anew. It comes as one of the kinds below.
	errSuperseded = errors.New("superseded")

	errDropped   = fmt.Errorf("%w: what was held was dropped", errSuperseded)
	errAnother   = fmt.Errorf("%w: the remote has another version", errSuperseded)
	errAnswered  = fmt.Errorf("%w: the response told all that it could", errSuperseded)
	errNeedless  = fmt.Errorf("%w: another brings it, or nobody wants it", errSuperseded)
	errPreempted = fmt.Errorf("%w: a blocked read needs the connection", errSuperseded)

	// errStopped ends the transfers of a download that was paused.
	errStopped = errors.New("stopped")
)

// failedRest is how long after a failure reads get its error at once instead of
// another attempt.
const failedRest = time.Second

// A Download is one remote file on its way to disk: the one owner of the bytes that
// are held of it, however many handles read it. Methods may be called concurrently.
//
// Three locks, taken in this order: commands (one at a time), the
// entry's (the files), mu (everything else, never during I/O).
type Download struct {
	store   *Store
	key     string
	entry   *diskcache.Entry // its lock comes between commands and mu
	loading sync.Once

	mu       sync.Mutex
	commands queue // one command at a time
	locating queue // one call of Locate at a time
	standing
	content  *content
	listed   claim.Claim // what the newest listing says of the file
	summing  bool        // the content's sum is being made
	source   source
	wasted   time.Duration // that transfers waited for bytes of versions that had changed before one came
	revision uint64

	recorder recorder

	transfers transfers
	uncached  transfers // those past a full disk, which keep nothing and are not planned
	link      link
	waiters   waiters
	readers   map[*Reader]struct{}

	failure failure
}

// A standing is the state of a download, and who wants that.
type standing struct {
	state    State     // Queued never: see Status
	reported State     // the last that the store was to report
	wish     wish      // who wants the whole file, unless it is Idle or Complete
	quiet    time.Time // of a command since which every Prefetch rests; zero after an open or another
}

// A failure is why a download does not get on.
type failure struct {
	err    error // why the last attempt failed; nil when one succeeded since
	at     time.Time
	broken error     // why the files on disk may not be touched any more, and nothing is tried
	unread error     // why the record could not be read: the files may not be touched until it is
	tried  time.Time // when it was read last
}

// recent reports whether the last attempt failed a moment ago.
func (f *failure) recent() bool { return f.err != nil && time.Since(f.at) < failedRest }

func newDownload(s *Store, key string, e *diskcache.Entry) *Download {
	d := &Download{store: s, key: key, entry: e, listed: claim.None,
		content: &content{validator: validator.Unknown, file: e.File(), fresh: none}, revision: s.revisions.Add(1)}
	d.recorder.d = d
	return d
}

// A queue lets one caller at a time do something that may take long. It has no
// channel before the first caller: most downloads of a long listing never have one.
type queue struct{ first chan struct{} }

// enter waits until the caller is first, and reports whether it is: ctx may end
// before. leave must follow then. mu guards the queue, and is not held by the caller.
func (q *queue) enter(ctx context.Context, mu *sync.Mutex) (leave func(), ok bool) {
	mu.Lock()
	if q.first == nil {
		q.first = make(chan struct{}, 1)
	}
	first := q.first
	mu.Unlock()
	select {
	case first <- struct{}{}:
		return func() { <-first }, true
	case <-ctx.Done():
		return nil, false
	}
}

// Key returns the key of the Remote.
func (d *Download) Key() string { return d.key }

// Status returns where the download stands.
func (d *Download) Status() Status {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.statusLocked()
}

// statusLocked is Status.
func (d *Download) statusLocked() Status {
	size, modified := d.content.shown(d.listed)
	s := Status{Key: d.key, State: d.state, Size: size, Held: d.content.held.Len(), Err: d.failure.err,
		Modified: modified, Type: d.content.typ, URL: d.source.publicURL, Revision: d.revision}
	if err := d.failure.untouchableLocked(); err != nil {
		s.State, s.Err = Failed, err
	}
	if s.State == Downloading && d.transfers.queuedLocked() {
		s.State = Queued
	}
	return s
}

// currentLocked fails with errDropped if the bytes of c were dropped.
func (d *Download) currentLocked(c *content) error {
	if d.content != c {
		return errDropped
	}
	return nil
}

// notifyLocked wakes those who wait, and has the store tell of a new status.
func (d *Download) notifyLocked() {
	d.waiters.notify()
	d.reportLocked()
}

// reportLocked has the store tell of a new status.
func (d *Download) reportLocked() {
	now := d.statusLocked()
	d.store.changes.add(now, d.reported)
	if now.State != d.reported {
		d.reported = now.State
		d.retainLocked()
	}
}

// retainLocked makes the store keep a download alive that is more than a cache
// entry, or that was reported as more: what becomes of it must be told, too.
func (d *Download) retainLocked() {
	passive := func(s State) bool { return s == Idle || s == Complete }
	d.store.setActive(d, !passive(d.state) || !passive(d.reported))
}

// transitionLocked carries e into the state.
func (d *Download) transitionLocked(e event) error {
	to, err := next(d.state, e)
	if err != nil {
		return err
	}
	if by := d.wish.after(e, to); by != d.wish {
		d.wish = by
		d.recorder.markDirtyLocked()
	}
	if to == d.state {
		return nil
	}
	if to == Complete || d.state == Complete {
		d.revision = d.store.revisions.Add(1)
	}
	d.state, d.recorder.evicted = to, false
	for r := range d.readers {
		r.late = false // whatever comes later, r was open before
	}
	d.endEarlyLocked()
	d.retainLocked()
	d.recorder.markDirtyLocked()
	d.notifyLocked()
	return nil
}

// noteFailureLocked notes why the last attempt failed, and has the store keep that.
func (d *Download) noteFailureLocked(err error) {
	d.failure.err, d.failure.at = err, time.Now()
	d.store.setFailed(d)
}

// failLocked gives an attempt up: those who wait get err, and nothing more is asked
// for on behalf of windows.
func (d *Download) failLocked(err error) {
	d.noteFailureLocked(err)
	d.wasted = 0
	d.waiters.failAll(err)
	for r := range d.readers {
		r.window.Forget()
	}
	d.transfers.cancelOthers(nil, errNeedless)
	_ = d.transitionLocked(evFail) // never refused
	d.notifyLocked()
}

// refusedLocked returns why nothing is to be tried now: the last attempt failed a
// moment ago, or what is on disk must not be touched. A Failed download that has
// rested enough is set under way again.
func (d *Download) refusedLocked() error {
	if d.failure.broken != nil {
		return d.failure.broken
	}
	if d.state != Paused && d.failure.recent() && (d.state == Failed || len(d.transfers) == 0) {
		return d.failure.err
	}
	return d.transitionLocked(evRetry)
}

// barredLocked returns why nothing comes for w, which waits already: scheduleLocked
// starts no transfer while files may not be touched, nor for a Failed download.
func (d *Download) barredLocked(w *waiter) error {
	switch {
	case w.err != nil || d.failure.broken == nil && d.state != Failed:
		return nil
	case w.reader == nil: // the server's word takes no space
		return validation{d}.refusedLocked()
	}
	return d.refusedLocked()
}

// KeepAlive keeps a connection to the server open while it is in use, ready for the
// next request: until five minutes after the last request or call of KeepAlive. It
// returns at once, and nothing is asked of the server. It does nothing for a file that is
// complete or came with its location, while its location is unknown, for a transport
// that is not the store's own, and where a proxy is in between.
func (d *Download) KeepAlive() {
	d.mu.Lock()
	at, _ := d.source.target(d.source.location)
	complete := d.state == Complete
	d.mu.Unlock()
	if at.URL != "" && !complete {
		d.store.origin.KeepAlive(d.store.ctx, at)
	}
}
