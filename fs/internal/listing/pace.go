package listing

import (
	"errors"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

const (
	// minRetry is how long a listing that failed once is left alone by those who
	// look up names. The time doubles with every failure in a row.
	minRetry = 5 * time.Second

	// maxRetry is the longest such time.
	maxRetry = 30 * time.Second

	// deniedRetry is that time where the service refuses the sign-in: some lock out
	// a user who tries often.
	deniedRetry = 5 * time.Minute

	// maxPutOff bounds how long a service may put off the next call.
	maxPutOff = time.Hour
)

// A pace says when a call that failed is made again for those who only look up
// names. The zero pace allows a call at once. Opening the folder does not wait
// for it.
type pace struct {
	failures int       // in a row
	next     time.Time // no call before
}

// allows reports whether a call may be made.
func (p *pace) allows(now time.Time) bool { return !now.Before(p.next) }

// failed takes in that a call has failed.
func (p *pace) failed(now time.Time, err error) {
	p.failures++
	p.next = now.Add(retryAfter(p.failures, now, err))
}

// rest puts the next call off after one that did not fail and told nothing.
func (p *pace) rest(now time.Time) {
	if p.failures > 0 {
		p.next = now.Add(retryAfter(p.failures, now, nil))
	}
}

// retryAfter returns how long the next call waits after some failures in a row,
// the last of which was err.
func retryAfter(failures int, now time.Time, err error) time.Duration {
	wait := min(minRetry<<min(failures-1, 10), RetryEvery(err))
	if errors.Is(err, catalog.ErrDenied) {
		wait = deniedRetry
	}
	if limited, ok := errors.AsType[*catalog.RateLimitError](err); ok {
		wait = max(wait, min(limited.Retry.Sub(now), maxPutOff))
	}
	return wait
}

// RetryEvery returns how long a listing that failed by err is left alone at most,
// unless the service itself puts it off.
func RetryEvery(err error) time.Duration {
	if errors.Is(err, catalog.ErrDenied) {
		return deniedRetry
	}
	return maxRetry
}

// Persist asks until the first listing is there, in the background and at the
// pace of listings.
func (l *Lister) Persist() {
	l.life.Start(func() {
		for {
			if _, err := l.Await(l.life.Context()); err == nil {
				return
			}
			if !l.life.Sleep(l.untilNext()) {
				return
			}
		}
	})
}

// untilNext returns how long it is until the pace allows a call.
func (l *Lister) untilNext() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Until(l.pace.next)
}
