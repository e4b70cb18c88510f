package fetch

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/retry"
	"github.com/tunesfs/tunesfs/fetch/internal/slots"
	"github.com/tunesfs/tunesfs/internal/httprule"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

var (
	errDistrusted = errors.New("If-Range answered with the same file from the start")
	errRenew      = errors.New("the address has expired")
)

// A flight is one range on its way. Start is the next byte to arrive; End may
// come nearer while it flies, when another takes over from there, and go back as
// far as reach.
type flight struct {
	ranges.Range                 // guarded by Download.mu, as are the next five
	reach        int64           // how far its answer goes
	queued       bool            // has not got its turn
	waits        bool            // and has to wait for that
	last         time.Time       // when a byte arrived that was not held; zero if none has since it was last asked
	urgency      slots.Priority  // what the limiter was told
	file         *diskcache.File // where it puts what it brings
	spill        *spill          // instead of file
	retry        retry.Backoff   // of the flight's own goroutine
	rtt          time.Duration   // how long its host takes to answer
	turn         slots.Slot
	stop         context.CancelCauseFunc
	done         chan struct{} // closed when it has landed

	// The rest belongs to the flight's own goroutine.
	turned bool          // it has the turn
	head   chan struct{} // holds an element for it while it is one of a host's heads
	waited time.Duration // for a turn, during a request
}

// fly brings what f stands for, and sees to what follows.
func (d *Download) fly(ctx context.Context, f *flight) {
	err := d.insist(ctx, f)
	d.mu.Lock()
	defer d.mu.Unlock()
	if cause := context.Cause(ctx); cause != nil {
		err = cause // stopped before its failure could count
	}
	f.stop(nil)
	d.flights = without(d.flights, f)
	if errors.Is(err, errAnother) {
		d.vain = max(d.vain, f.retry.Spent)
	}
	switch {
	case err == nil, errors.Is(err, errSuperseded), errors.Is(err, errStopped),
		errors.Is(err, ErrCanceled), errors.Is(err, ErrClosed):
	case d.holdsLocked(f.file) == nil:
		d.fail(err)
	}
	close(f.done)
	d.schedule()
	d.rest()
	d.announce()
}

func without(flights []*flight, f *flight) []*flight {
	var rest []*flight // a new slice: others may be going through the old one
	for _, o := range flights {
		if o != f {
			rest = append(rest, o)
		}
	}
	return rest
}

// insist makes attempts until one succeeds or there is no use in another.
func (d *Download) insist(ctx context.Context, f *flight) error {
	f.retry.Limit = d.store.opt.NoProgress
	d.mu.Lock()
	f.retry.Spent = d.vain
	d.mu.Unlock()
	for {
		took, err := d.attempt(ctx, f)
		if err == nil {
			return nil
		}
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		if last := d.lastArrival(f); !last.IsZero() {
			f.retry.Progressed()
			took = min(took, time.Since(last)) // what came before was not in vain
		}
		switch {
		case errors.Is(err, errSuperseded):
			f.retry.Spent += took
			return err
		case errors.Is(err, errRenew), errors.Is(err, errDistrusted):
			f.retry.Spent += took
			continue
		}
		if f.retry.Offline(err, took) {
			if f.spill != nil {
				return err // nobody else waits for it
			}
			d.disappoint(ctx, f, err)
		}
		if err := f.retry.Rest(ctx, err, took); err != nil {
			return err
		}
	}
}

// lastArrival returns when f last brought a byte that was not held, or zero if
// it has not since this was last asked.
func (d *Download) lastArrival(f *flight) time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	last := f.last
	f.last = time.Time{}
	return last
}

// attempt finds the file, waits for a connection and makes one request. took is
// how long it had the connection.
func (d *Download) attempt(ctx context.Context, f *flight) (took time.Duration, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	began := time.Now()
	loc, fresh, err := d.locate(ctx, f.retry.Patience())
	if err != nil {
		return time.Since(began), err
	}
	d.mu.Lock()
	f.turn.Host, f.turn.Preempt = httprule.Host(loc.URL), func() { cancel(errPreempted) }
	d.mu.Unlock()
	d.queue(f, true, false)
	release, err := d.admit(ctx, f, strings.HasPrefix(loc.URL, "https:"))
	d.queue(f, false, false)
	if err != nil {
		return 0, err
	}
	defer release()

	began, f.waited = time.Now(), 0
	at := d.mirrored(loc)
	err = d.request(ctx, f, at)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	switch {
	case at.mirror && d.astray(at, err, f.retry.Tries):
		err = errRenew
	case !at.mirror && !fresh && d.expired(loc, err):
		err = errRenew
	}
	return time.Since(began) - f.waited, err
}

// queue notes whether f has not got its turn, and has to wait for that.
func (d *Download) queue(f *flight, queued, waits bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.queued()
	f.queued, f.waits = queued, waits
	if d.queued() != before {
		d.tell()
	}
}

// request makes one request for what f still has to bring, and takes in the
// answer.
func (d *Download) request(ctx context.Context, f *flight, loc Location) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	guard := newStallGuard(f.retry.Patience(), func(err error) { cancel(err) })
	defer guard.stop()

	host := httprule.Host(loc.URL)
	asked, ifRange := d.asks(f, host)
	sent := time.Now()
	resp, err := d.store.get(ctx, loc, asked, ifRange, func() error {
		guard.stop() // to wait for a turn is not the server's time
		defer guard.moved()
		return d.leaveHost(ctx, f)
	})
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if loc.Content == nil {
		d.store.hosts.answered(host, time.Since(sent)-f.waited, resp)
	}
	f.rtt = d.store.hosts.rtt(host)
	a, err := readAnswer(asked, resp, time.Now())
	if err == nil {
		err = d.store.refuse(a, resp)
	}
	if err != nil {
		return err
	}
	if loc.Content == nil {
		d.store.hosts.tell(host, a.validator.Size)
	}
	err = d.takeIn(ctx, f, loc, a, ifRange, resp, guard)
	if errors.Is(err, errDistrusted) {
		d.store.hosts.distrust(host)
	}
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return cause // says more than that a body was closed
	}
	return err
}

// takeIn takes in the answer to a request at loc.
func (d *Download) takeIn(ctx context.Context, f *flight, loc Location,
	a answer, ifRange string, resp *http.Response, guard *stallGuard) error {
	if f.spill != nil {
		return d.takeSpill(ctx, f.spill, a, ifRange, resp.Body, guard)
	}
	err := d.accept(f, a, ifRange)
	if err == nil || errors.Is(err, errDistrusted) || errors.Is(err, errSuperseded) {
		d.keepMirror(f, loc, resp.Request)
	}
	if err != nil {
		return err
	}
	return d.receive(ctx, f, a, resp.Body, guard)
}

// asks returns what to ask for on f's behalf, and on which condition.
func (d *Download) asks(f *flight, host string) (ranges.Range, string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	known := d.validator
	switch {
	case f.spill != nil:
		known = f.spill.known
	case d.streams():
		return ranges.Range{Start: 0, End: ranges.Unbounded}, ""
	}
	if !d.store.hosts.trusts(host) {
		return f.Range, ""
	}
	return f.Range, known.IfRange()
}
