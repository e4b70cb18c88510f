package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/fetch/internal/retry"
	"github.com/tunesfs/tunesfs/fetch/internal/slots"
	"github.com/tunesfs/tunesfs/internal/clock"
	"github.com/tunesfs/tunesfs/internal/httprule"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// errRenew ends an attempt at an address that has expired: another is asked for.
var errRenew = errors.New("the address has expired")

// A transfer is one range on its way. Start is the next byte to arrive; End may
// come nearer while it runs, when another takes over from there, and go back as
// far as reach.
type transfer struct {
	d    *Download
	sink sink
	stop context.CancelCauseFunc
	done chan struct{} // closed when it has ended

	ranges.Range                // guarded by Download.mu, as are the next eight
	reach        int64          // how far its response goes
	queued       bool           // has not got its slot
	waits        bool           // and has to wait for that
	last         time.Time      // when a byte arrived that was not held; zero if none has since it was last asked
	priority     slots.Priority // as the limiter knows it
	content      *content       // whose bytes it brings; for a diskSink
	validates    bool           // asks whether the server still has what is held
	early        bool           // is for a Prefetch alone, and no traffic

	// The rest belongs to the transfer's own goroutine.
	retry    retry.Backoff
	once     bool          // there is no use in another attempt, unless a listing contradicts
	doubts   int           // attempts since a byte arrived after which the next one was made at once
	rtt      time.Duration // how long its host takes to answer
	slot     slots.Slot
	hasSlot  bool
	probe    chan struct{} // holds an element for it while it is one of its host's probes
	slotWait time.Duration // for a slot, during a request
}

// run brings the range of a planned transfer, and schedules what follows.
func (t *transfer) run(ctx context.Context) {
	d := t.d
	err := t.runWithRetries(ctx)
	defer t.leaveTraffic()
	d.mu.Lock()
	defer d.mu.Unlock()
	if cause := context.Cause(ctx); cause != nil {
		err = cause // stopped before its failure could count
	}
	t.stop(nil)
	d.transfers = d.transfers.without(t)
	if errors.Is(err, errAnother) {
		d.wasted = max(d.wasted, t.retry.Spent)
	}
	switch {
	case err == nil, errors.Is(err, errSuperseded), errors.Is(err, errStopped),
		errors.Is(err, ErrCanceled), errors.Is(err, ErrClosed):
	case d.currentLocked(t.content) != nil:
	case t.validates:
		validation{d}.unansweredLocked(t.slot.Host, err)
	default:
		d.failLocked(err)
	}
	close(t.done)
	d.scheduleLocked()
	d.recorder.restLocked()
	d.notifyLocked()
}

// runWithRetries makes attempts until one succeeds or there is no use in another.
func (t *transfer) runWithRetries(ctx context.Context) error {
	d := t.d
	t.retry.Limit = d.store.opt.NoProgress
	d.mu.Lock()
	t.retry.Spent = d.wasted
	d.mu.Unlock()
	for {
		took, err := t.attempt(ctx)
		if err == nil {
			return nil
		}
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		if last := t.lastArrival(); !last.IsZero() {
			t.retry.Progressed()
			t.doubts = 0
			took = min(took, time.Since(last)) // the time before was not wasted
		}
		switch {
		case errors.Is(err, errSuperseded):
			t.retry.Spent += took
			return err
		case errors.Is(err, errRenew), errors.Is(err, errIfRangeIgnored), errors.Is(err, errDoubted) && t.doubts < maxDoubts:
			t.doubts++
			t.retry.Spent += took
			continue
		}
		if t.isDone() {
			return err
		}
		if t.retry.Offline(err, took) {
			if !t.sink.shared() {
				return err
			}
			t.failWaiters(ctx, err)
		}
		if err := t.retry.Rest(ctx, err, took); err != nil {
			return err
		}
	}
}

// isDone reports whether there is no use in another attempt: the failed one asked about a
// version that nothing contradicts, not since either.
func (t *transfer) isDone() bool {
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	return t.once && !t.d.content.contradicted(t.d.listed)
}

// failWaiters gives err to those who wait for the transfer's range, which goes on
// trying. ctx ends when the transfer is stopped.
func (t *transfer) failWaiters(ctx context.Context, err error) {
	d := t.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	d.noteFailureLocked(err)
	d.waiters.fail(t.Range, err)
	d.notifyLocked()
}

// lastArrival returns when the transfer last brought a byte that was not held, or
// zero if it has not since this was last asked.
func (t *transfer) lastArrival() time.Time {
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	last := t.last
	t.last = time.Time{}
	return last
}

// attempt finds the file, waits for a connection and makes one request. took is
// how long it had the connection, but for time in which the process was stopped.
func (t *transfer) attempt(ctx context.Context) (took time.Duration, err error) {
	d := t.d
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	spent := clock.Start()
	defer spent.Stop()
	loc, fresh, err := t.locate(ctx)
	if err != nil {
		return spent.Elapsed(), err
	}
	d.mu.Lock()
	t.slot.Host, t.slot.Preempt = httprule.Host(loc.URL), func() { cancel(errPreempted) }
	d.mu.Unlock()
	t.setQueued(true, false)
	release, err := t.admit(ctx, strings.HasPrefix(loc.URL, "https:"))
	t.setQueued(false, false)
	if err != nil {
		return 0, err
	}
	defer release()

	spent.Reset()
	t.slotWait = 0
	d.mu.Lock()
	at, redirected := d.source.target(loc)
	if t.validates {
		at, redirected = loc, false // it may lead to another version by now
	}
	d.mu.Unlock()
	err = t.request(ctx, at, redirected)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	switch {
	case err == nil:
	case redirected && t.expireRedirect(at, err), !redirected && !fresh && t.expire(loc, err):
		err = errRenew
	}
	return max(spent.Elapsed()-t.slotWait, 0), err
}

// locate returns where the file is, and whether it was just asked for. Asking may take
// as long as a request may be silent.
func (t *transfer) locate(ctx context.Context) (loc Location, fresh bool, err error) {
	d := t.d
	leave, ok := d.locating.enter(ctx, &d.mu)
	if !ok {
		return Location{}, false, context.Cause(ctx)
	}
	defer leave()
	d.mu.Lock()
	loc = d.source.location
	d.mu.Unlock()
	if loc.URL != "" {
		return loc, false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, t.retry.Patience())
	defer cancel()
	if loc, err = d.store.opt.Locate(ctx, d.key); err != nil {
		return Location{}, false, fmt.Errorf("finding the file: %w", err)
	}
	d.mu.Lock()
	d.source.move(loc)
	d.recorder.markDirtyLocked()
	d.waiters.notify() // its host may be one that rests
	d.mu.Unlock()
	return loc, true, nil
}

// expire forgets the location loc if err means that it has expired.
func (t *transfer) expire(loc Location, err error) bool {
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	return t.d.source.expire(loc, err)
}

// expireRedirect forgets the redirects' target at if err means that it has expired.
func (t *transfer) expireRedirect(at Location, err error) bool {
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	expired, changed := t.d.source.expireRedirect(at, err, t.retry.Tries)
	if changed {
		t.d.recorder.markDirtyLocked()
	}
	return expired
}

// request makes one request at an address for the range that is still to come, and
// takes in the response. redirected is whether redirects led to that address before.
func (t *transfer) request(ctx context.Context, at Location, redirected bool) error {
	q := t.sink.request()
	q.Location, q.File, q.Patience = at, t.d.key, t.retry.Patience()
	t.d.mu.Lock()
	q.Expected = t.d.source.expected
	t.d.mu.Unlock()
	q.LeaveHost = func() error { return t.leaveHost(ctx) }
	resp, err := t.d.store.origin.Get(ctx, q)
	t.d.store.sizes.attempted(t.slot.Host, err)
	if err != nil {
		return err
	}
	defer resp.Close()
	t.rtt = resp.RTT
	if resp.RedirectTarget.URL == "" && redirected {
		resp.RedirectTarget = at
	}
	err = t.receive(ctx, resp)
	if errors.Is(err, errIfRangeIgnored) {
		t.d.store.origin.IgnoresIfRange(at)
	}
	return err
}

// receive takes in a response: its body goes to the sink, until that wants no more.
func (t *transfer) receive(ctx context.Context, resp *origin.Response) error {
	if err := t.sink.accept(resp); err != nil {
		return err
	}
	defer t.sink.close()
	chunk, done := chunkFor(resp.Range)
	defer done()
	for at := resp.Range.Start; ; {
		n, err := resp.Read(chunk[:min(t.d.store.chunk, int64(len(chunk)))])
		if n > 0 {
			more, err := t.sink.take(ctx, chunk[:n], at)
			if !more || err != nil {
				return err
			}
			at += int64(n)
			if err := t.d.store.throttle(ctx, n); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF) && resp.Range.End == ranges.Unbounded:
			return t.sink.end(at, resp.Framed)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}
