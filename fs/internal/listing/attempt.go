package listing

import (
	"context"
	"errors"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/clock"
)

// An attempt is one call.
type attempt struct {
	call    Call
	fresh   bool // it asks the service, whatever the library keeps
	byHand  bool // a user asked for it
	started time.Time
	runs    *clock.Stopwatch
	resets  uint64        // of the lister, when it was made
	done    chan struct{} // closed when it has ended
	err     error         // why it failed; read it after done
}

// end tells those who wait for the call.
func (a *attempt) end() {
	a.runs.Stop()
	close(a.done)
}

// nextLocked returns the call for those who want the listing: a refresh that
// failed is made again.
func (l *Lister) nextLocked() *attempt {
	if l.owed && l.view != nil && l.pace.allows(time.Now()) {
		return &attempt{call: l.calls.Fresh, fresh: true}
	}
	return &attempt{call: l.calls.List}
}

// first returns the call that is to bring the first listing, made if there was
// none; no call, but the listing or the error, if there is one already. After a
// failure it makes the next call that the pace allows, also where a listing is
// there.
func (l *Lister) first() (*attempt, *View, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := l.view == nil && (l.err == nil || l.dropped != nil) // the library most often has one that was dropped
	if l.pending == nil && (first || l.err != nil && l.pace.allows(time.Now())) {
		l.pending = l.beginLocked(l.nextLocked())
	}
	switch {
	case l.view != nil:
		return nil, l.view, nil
	case l.pending == nil:
		return nil, nil, l.err
	}
	return l.pending, nil, nil
}

// knewLocked reports whether the library may have had a listing before it was asked.
// That matters for the first listing after a refresh that failed: the service has
// still not answered.
func (l *Lister) knewLocked(a *attempt, got catalog.Listing) bool {
	return l.owed && l.view == nil && got.Fetched.Before(a.started)
}

// noteLocked keeps why a call failed, until another has news. The library lists
// what it keeps without asking the service, which is no news. A failure of a call
// that was begun before the last news counts no more.
func (l *Lister) noteLocked(a *attempt, err error, news bool) {
	switch {
	case err == nil && news:
		l.err, l.owed, l.pace = nil, false, pace{}
		if a.started.After(l.begun) {
			l.begun = a.started
		}
	case err == nil:
		l.pace.rest(time.Now())
	case !a.started.Before(l.begun):
		l.err, l.owed = err, l.owed || a.fresh
		l.pace.failed(time.Now(), err)
	}
}

// outcome waits for a call and returns the listing there is then, or the error. Where the
// lister was reset, it waits for the call that counts.
func (l *Lister) outcome(ctx context.Context, a *attempt) (*View, error) {
	for {
		waited := l.wait(ctx, a)
		v, _ := l.Current()
		switch {
		case v != nil:
			return v, nil
		case waited != nil:
			return nil, waited
		case !errors.Is(a.err, errReset):
			return nil, a.err
		}
		a = l.ask()
	}
}

// wait waits for a call to end.
func (l *Lister) wait(ctx context.Context, a *attempt) error {
	l.life.CheckAborted()
	select { // before it comes to chance
	case <-a.done:
		return nil
	default:
	}
	select {
	case <-a.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-l.life.Done():
		return fetch.ErrClosed
	}
}
