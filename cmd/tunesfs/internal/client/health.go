package client

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// A mount that hangs is told of within probeEvery and probeTimeout, which leave a screen
// time to show that within two seconds. One that goes is told of at once.
const (
	probeEvery   = 900 * time.Millisecond
	probeTimeout = 900 * time.Millisecond
)

// health is how a mount was when it was last looked at.
type health struct{ was Kind }

func newHealth() health { return health{Alive} }

// observe takes in what a look at the mount gave. It returns an event for a change.
func (h *health) observe(err error) (Event, bool) {
	now := Alive
	switch {
	case errors.Is(err, ErrGone):
		now = Gone
	case errors.Is(err, ErrHung):
		now = Hung
	}
	if now == h.was {
		return Event{}, false
	}
	h.was = now
	event := Event{Kind: now}
	if now != Alive {
		event.Err = err
	}
	return event, true
}

// probe looks whether the mount is there and answers. Attributes may be cached, the space
// of its disk is not. No other look is taken while one hangs.
func (m *Mount) probe(ctx context.Context) error {
	_, err := call(ctx, m.probes, probeTimeout, func() (struct{}, error) {
		if err := m.check(); err != nil {
			return struct{}{}, err
		}
		var st unix.Statfs_t
		err := unix.Statfs(m.dir, &st)
		for errors.Is(err, unix.EINTR) {
			err = unix.Statfs(m.dir, &st)
		}
		if errors.Is(explain(err), ErrGone) {
			return struct{}{}, dead(m.dir)
		}
		return struct{}{}, nil // an error that is an answer is one of a mount that lives
	})
	return err
}

// watchHealth looks at the mount again and again, and at once when poked, until ctx ends.
func (m *Mount) watchHealth(ctx context.Context, poke <-chan struct{}, looks chan<- error) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-poke:
		case <-ctx.Done():
			return
		}
		err := m.probe(ctx)
		if ctx.Err() != nil {
			return // then err is of that, not of the mount
		}
		select {
		case looks <- err:
		case <-ctx.Done():
			return
		}
		timer.Reset(m.probeEvery)
	}
}
