package fetch

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

	// offlineBackoff is the longest wait before trying again to connect, and
	// offlinePatience how long in vain until those who wait are told: without
	// network that takes 5 s in all. A download goes on trying until its own
	// deadline: the network may be back before anyone asks again.
	offlineBackoff  = time.Second
	offlinePatience = 3 * time.Second

	// maxRetryAfter is how long a server may put a download off, all of its
	// Retry-After since the last byte together; one that wants more has failed
	// for now.
	maxRetryAfter = 10 * time.Minute
)

// backoff decides how long to wait between attempts, and when to give up: after
// limit without a byte, counting only time in which one should have come, or
// after maxRetryAfter that the server wanted for itself.
type backoff struct {
	limit time.Duration
	spent time.Duration
	told  time.Duration // to wait, by Retry-After
	tries int
}

// progressed starts the count anew.
func (b *backoff) progressed() { b.spent, b.told, b.tries = 0, 0, 0 }

// patience returns how long the next attempt may go without a byte: a third of
// what a reader is ready to wait, so that there is time for others, and no more
// than what is left.
func (b *backoff) patience() time.Duration {
	return max(min(b.limit/3, b.limit-b.spent), time.Millisecond)
}

// next returns how long to wait before the next attempt after err, or false
// where there should be none. took is how long the failed attempt had its turn.
func (b *backoff) next(err error, took time.Duration) (time.Duration, bool) {
	var status *fault.StatusError
	if !fault.Temporary(err) {
		return 0, false
	}
	if errors.As(err, &status) && status.RetryAfter > 0 {
		b.spent += took
		b.told += status.RetryAfter
		return status.RetryAfter, b.told <= maxRetryAfter && b.spent < b.limit
	}
	longest := maxBackoff
	if unconnected(err) {
		longest = offlineBackoff
	}
	wait := min(firstBackoff<<min(b.tries, 20), longest)
	wait = wait/2 + rand.N(wait/2) // half of it jitter, so that clients drift apart
	b.tries++
	b.spent += took + wait
	return wait, b.spent < b.limit
}

// rest waits as next wants it after err. It fails with why there should be no
// other attempt, or with ctx's cause.
func (b *backoff) rest(ctx context.Context, err error, took time.Duration) error {
	wait, again := b.next(err, took)
	switch {
	case again:
		return sleep(ctx, wait)
	case b.told > maxRetryAfter:
		return fmt.Errorf("%w: put off for more than %v: %w", ErrTimeout, maxRetryAfter, err)
	case fault.Temporary(err) && !unconnected(err):
		return fmt.Errorf("%w for %v: %w", ErrTimeout, b.limit, err)
	}
	return err
}

// offline reports whether who waits should be told of err, although trying
// goes on: there was no connection for a while. took is as for next, which
// follows.
func (b *backoff) offline(err error, took time.Duration) bool {
	return unconnected(err) && b.spent+took >= offlinePatience
}

// unconnected reports whether err comes of a connection that could not be made.
func unconnected(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	_, dns := errors.AsType[*net.DNSError](err)
	return dns || ok && (op.Op == "dial" || op.Op == "proxyconnect")
}

// sleep waits for d or until ctx ends, and returns ctx's cause in that case.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
