// Package retry owns the decision how long to wait between attempts of one request,
// and when to give up.
//
// It must never know what is fetched: an error and a duration are all that it
// sees. Everything is in retry.go.
package retry

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

const (
	firstBackoff = 100 * time.Millisecond
	maxBackoff   = 10 * time.Second

	// OfflineBackoff is the longest wait before trying again to connect.
	OfflineBackoff = time.Second

	// offlinePatience is how long attempts may fail to connect before the waiting
	// readers are told: without network that takes 5 s in all. A download goes on
	// trying until its own deadline, since the network may be back by then.
	offlinePatience = 3 * time.Second

	// MaxRetryAfter is how long a server may put a download off, all of its
	// Retry-After since the last byte together; one that wants more has failed
	// for now.
	MaxRetryAfter = 10 * time.Minute
)

// A Backoff decides how long to wait between attempts, and when to give up: after
// Limit without a byte, counting only time in which one should have come, or after
// MaxRetryAfter of waits that the server asked for.
type Backoff struct {
	Limit time.Duration // without a byte, at most
	Spent time.Duration // of Limit so far
	Tries int           // failed attempts since the last byte

	told time.Duration // to wait, by Retry-After
}

// Progressed starts the count again.
func (b *Backoff) Progressed() { b.Spent, b.told, b.Tries = 0, 0, 0 }

// Patience returns how long the next attempt may go without a byte: a third of
// what a reader is ready to wait, so that there is time for others, and no more
// than what is left.
func (b *Backoff) Patience() time.Duration {
	return max(min(b.Limit/3, b.Limit-b.Spent), time.Millisecond)
}

// next returns how long to wait before the next attempt after err, or false
// where there should be none. took is how long the failed attempt had its turn.
func (b *Backoff) next(err error, took time.Duration) (time.Duration, bool) {
	var status *fault.StatusError
	if !fault.Temporary(err) {
		return 0, false
	}
	if errors.As(err, &status) && status.RetryAfter > 0 {
		b.Spent += took
		b.told += status.RetryAfter
		return status.RetryAfter, b.told <= MaxRetryAfter && b.Spent < b.Limit
	}
	longest := maxBackoff
	if unconnected(err) {
		longest = OfflineBackoff
	}
	wait := min(firstBackoff<<min(b.Tries, 20), longest)
	wait = wait/2 + rand.N(wait/2) // half of it jitter, so that clients drift apart
	b.Tries++
	b.Spent += took + wait
	return wait, b.Spent < b.Limit
}

// Rest waits as next wants after err. It fails with why there should be no
// other attempt, or with ctx's cause.
func (b *Backoff) Rest(ctx context.Context, err error, took time.Duration) error {
	wait, again := b.next(err, took)
	switch {
	case again:
		return Sleep(ctx, wait)
	case b.told > MaxRetryAfter:
		return fmt.Errorf("%w: put off for more than %v: %w", fault.ErrTimeout, MaxRetryAfter, err)
	case fault.Temporary(err) && !unconnected(err):
		return fmt.Errorf("%w for %v: %w", fault.ErrTimeout, b.Limit, err)
	}
	return err
}

// Offline reports whether who waits should be told of err, although trying
// goes on: there was no connection for a while. took is as for next, which
// follows.
func (b *Backoff) Offline(err error, took time.Duration) bool {
	return unconnected(err) && b.Spent+took >= offlinePatience
}

// unconnected reports whether err comes of a connection that could not be made.
func unconnected(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	_, dns := errors.AsType[*net.DNSError](err)
	return dns || ok && (op.Op == "dial" || op.Op == "proxyconnect")
}

// Sleep waits for d or until ctx ends, and returns ctx's cause in that case.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
