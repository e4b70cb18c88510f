package client

import (
	"context"
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A mount that hangs is told of within lookEvery and lookTimeout. These leave a screen time
// to show it within two seconds, also while it waits for placeTimeout. One that goes is told
// of at once.
const (
	lookEvery   = 700 * time.Millisecond
	lookTimeout = 800 * time.Millisecond
)

// health is how a mount was when it was last looked at.
type health struct{ was Kind }

func newHealth() health { return health{Alive} }

// observe takes in the result of a look at the mount. It returns an event for a change.
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

// A healthCheck looks at a mount again and again. No other look is taken while one hangs.
type healthCheck struct {
	calls *calls // one at a time
	every time.Duration
	look  func() error
}

func newHealthCheck(look func() error) *healthCheck {
	return &healthCheck{newCalls(1), lookEvery, look}
}

// run looks, and at once when poked, until ctx ends.
func (c *healthCheck) run(ctx context.Context, poke <-chan struct{}, looks chan<- error) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-poke:
		case <-ctx.Done():
			return
		}
		_, err := call(ctx, c.calls, lookTimeout, func() (struct{}, error) { return struct{}{}, c.look() })
		if ctx.Err() != nil {
			return // then err is of that, not of the mount
		}
		select {
		case looks <- err:
		case <-ctx.Done():
			return
		}
		timer.Reset(c.every)
	}
}

// look looks whether the mount is there and answers. Attributes may be cached, the space
// of its disk is not. It notes the time of the root, which is that of the last change of the
// searches.
func (m *Mount) look() error {
	if err := m.check(); err != nil {
		return err
	}
	var st unix.Statfs_t
	err := unix.Statfs(m.dir, &st)
	for errors.Is(err, unix.EINTR) {
		err = unix.Statfs(m.dir, &st)
	}
	if errors.Is(explain(err), ErrGone) {
		return dead(m.dir)
	}
	if info, err := os.Lstat(m.dir); err == nil {
		m.searched.Store(info.ModTime().UnixNano())
	}
	return nil // an error that is an answer is one of a mount that lives
}
