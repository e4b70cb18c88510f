package fetch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/slots"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/httprule"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

var (
	// errSuperseded ends a transfer or a read after which what is wanted is
	// planned anew. It comes as one of the kinds below.
	errSuperseded = errors.New("superseded")

	errDropped   = fmt.Errorf("%w: what was held was dropped", errSuperseded)
	errAnother   = fmt.Errorf("%w: the remote has another version", errSuperseded)
	errAnswered  = fmt.Errorf("%w: the answer told all that it could", errSuperseded)
	errNeedless  = fmt.Errorf("%w: another brings it, or nobody wants it", errSuperseded)
	errPreempted = fmt.Errorf("%w: a blocked read needs the connection", errSuperseded)

	// errStopped ends the transfers of a download that was paused.
	errStopped = errors.New("stopped")
)

const (
	// failedRest is how long after a failure reads get its error at once
	// instead of another attempt.
	failedRest = time.Second

	// maxFlips is how often a remote may change while it is fetched before only
	// one answer from the start is trusted.
	maxFlips = 3

	// maxChanges is how often it may change before the attempt is given up.
	maxChanges = 10
)

// A Download is one remote file on its way to disk: the one owner of what is
// held of it, however many handles read it. Methods may be called concurrently.
//
// Three locks, taken in this order: turns (one command at a time), entry's (the
// files), mu (everything else, never during I/O).
type Download struct {
	store    *Store
	key      string
	entry    *diskcache.Entry // its lock comes between turns and mu
	loading  sync.Once
	turns    chan struct{} // holds one element while a command is carried out
	locating chan struct{} // holds one element while Locate is asked

	mu        sync.Mutex
	changed   chan struct{} // closed and forgotten at every change that someone may wait for; nil if nobody does
	state     State         // Queued never: see Status
	told      State         // the last that the store was to tell of
	validator validator.Validator
	typ       string
	digest    string         // the catalogue's, or ""
	sum       string         // of the complete file: checked, or made by us
	summing   bool           // sum is being made
	tally     digest.Running // of what is held
	location  Location
	recalled  bool     // location is from an earlier session
	mirror    Location // where its redirects led to for what is held; empty if nowhere else
	publicURL string
	noRanges  bool          // the server answers every range with the whole
	sizeless  bool          // the server does not tell the size
	flips     int           // versions seen since the file was last complete
	vain      time.Duration // that flights waited for bytes of versions that had changed before one came
	epoch     uint64

	have     ranges.Set
	file     *diskcache.File // has what is held; another one once that was dropped
	dirty    bool            // have or state is not recorded yet
	recorded int64           // bytes held when the last record was made
	flushing bool            // a goroutine will record it

	flights []*flight
	direct  []*flight // those past a full disk, which keep nothing and are not planned
	scale   slots.Scaler
	host    string        // that the last answer came from
	rtt     time.Duration // of that host
	waits   []*wait
	readers map[*Reader]struct{}

	err      error // why the last attempt failed
	failedAt time.Time
	broken   error // what is on disk is not ours to touch
}

func newDownload(s *Store, key string, e *diskcache.Entry) *Download {
	return &Download{store: s, key: key, entry: e, file: e.File(), validator: validator.Unknown,
		epoch: s.epochs.Add(1),
		turns: make(chan struct{}, 1), locating: make(chan struct{}, 1)}
}

// hint takes over what a catalogue knows, where nothing better is known. Its
// digest may be of a newer version than the last.
func (d *Download) hint(r Remote) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.Location.URL != "" && (d.location.URL == "" || d.recalled) {
		d.location, d.recalled = r.Location, false
	}
	if d.validator.Size < 0 && d.have.Valid(r.Size) {
		d.validator.Size = r.Size
	}
	if r.Digest != "" && d.state != Complete {
		d.digest = r.Digest
	}
	if d.allHeld() && d.state != Complete && !d.summing && !d.rests() {
		d.finish()
	}
	d.keep()
}

// Key returns the key of the Remote.
func (d *Download) Key() string { return d.key }

// Status returns where the download stands.
func (d *Download) Status() Status {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.status()
}

// status is Status. d.mu is held.
func (d *Download) status() Status {
	s := Status{Key: d.key, State: d.state, Size: d.validator.Size, Held: d.have.Len(), Err: d.err,
		Modified: d.validator.ModTime(), Type: d.typ, URL: d.publicURL, Epoch: d.epoch}
	if d.location.URL != "" {
		s.URL, _ = httprule.Public(d.location.URL)
	}
	if d.broken != nil {
		s.State, s.Err = Failed, d.broken
	}
	if s.State == Downloading && d.queued() {
		s.State = Queued
	}
	return s
}

// queued reports whether every transfer waits for its turn. d.mu is held.
func (d *Download) queued() bool {
	for _, f := range d.flights {
		if !f.waits {
			return false
		}
	}
	return len(d.flights) > 0
}

// allHeld reports whether the file is complete. d.mu is held.
func (d *Download) allHeld() bool {
	return d.validator.Size >= 0 && d.have.Len() == d.validator.Size && (d.validator.Size > 0 || d.validator.Known())
}

// announce wakes those who wait, and has the store tell of a new status. d.mu
// is held.
func (d *Download) announce() {
	d.wake()
	d.tell()
}

// tell has the store tell of a new status. d.mu is held.
func (d *Download) tell() {
	now := d.status()
	d.store.changes.add(now, d.told)
	d.told = now.State
}

// keep makes the store keep a download alive that is more than a cache entry.
// d.mu is held.
func (d *Download) keep() {
	d.store.setActive(d, d.state != Idle && d.state != Complete)
}

// happen carries e into the state. d.mu is held.
func (d *Download) happen(e event) error {
	to, err := next(d.state, e)
	if err != nil || to == d.state {
		return err
	}
	if to == Complete || d.state == Complete {
		d.epoch = d.store.epochs.Add(1)
	}
	d.state = to
	d.keep()
	d.touched()
	d.announce()
	return nil
}

// fail gives an attempt up: those who wait get err, and nothing more is asked
// for on behalf of windows. d.mu is held.
func (d *Download) fail(err error) {
	d.err, d.failedAt, d.vain = err, time.Now(), 0
	for _, w := range d.waits {
		w.err = err
	}
	for r := range d.readers {
		r.window.Forget()
	}
	d.ground(nil, errNeedless)
	_ = d.happen(evFail) // never refused
	d.announce()
}

// disappoint gives err to those who wait for what f is to bring, which goes on
// trying. ctx ends when f is stopped.
func (d *Download) disappoint(ctx context.Context, f *flight, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	d.err, d.failedAt = err, time.Now()
	for _, w := range d.waits {
		if w.probe || !w.Intersect(f.Range).Empty() {
			w.err = err
		}
	}
	d.announce()
}

// refused returns why nothing is to be tried now: the last attempt failed a
// moment ago, or what is on disk must not be touched. A Failed download that
// has rested enough is set under way again. d.mu is held.
func (d *Download) refused() error {
	if d.broken != nil {
		return d.broken
	}
	if d.state != Paused && d.rests() && (d.state == Failed || len(d.flights) == 0) {
		return d.err
	}
	return d.happen(evRetry)
}

// rests reports whether the last attempt failed a moment ago. d.mu is held.
func (d *Download) rests() bool { return d.err != nil && time.Since(d.failedAt) < failedRest }
