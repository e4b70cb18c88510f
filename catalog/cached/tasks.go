package cached

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/internal/clock"
	"github.com/tunesfs/tunesfs/internal/panics"
)

// tasks runs calls that outlive those who ask for them, and ends them all.
type tasks struct {
	timeout time.Duration // of each call
	log     *slog.Logger
	group   singleflight.Group
	ctx     context.Context // ends when close is called
	cancel  context.CancelFunc

	mu     sync.Mutex // guards closed, and running against Add after Wait
	closed bool
	wg     sync.WaitGroup
}

func newTasks(timeout time.Duration, log *slog.Logger) *tasks {
	ctx, cancel := context.WithCancel(context.Background())
	return &tasks{timeout: timeout, log: log, ctx: ctx, cancel: cancel}
}

// begin reports whether a goroutine may start work; it then has to call
// wg.Done when it ends.
func (t *tasks) begin() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.wg.Add(1)
	}
	return !t.closed
}

// close ends all work and waits for it.
func (t *tasks) close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.cancel()
	t.wg.Wait()
}

// share makes a call, or waits for the one of that name that is under way. Who
// leaves, because ctx ends, leaves only the wait: the call goes on for others
// and for what is kept of it, with a deadline of its own.
func share[T any](ctx context.Context, t *tasks, name string, call func(context.Context) (T, error)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	done := t.group.DoChan(name, func() (any, error) {
		if !t.begin() {
			return none, catalog.ErrClosed
		}
		defer t.wg.Done()
		return callFor(t, call)
	})
	select {
	case result := <-done:
		if result.Err != nil {
			return none, result.Err
		}
		return result.Val.(T), nil
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// callFor makes a call with the deadline that each has. A call that fails after
// the process was stopped is made again: all its deadlines were due at once, and the
// service may have closed the connection.
func callFor[T any](t *tasks, call func(context.Context) (T, error)) (T, error) {
	runs := clock.Start()
	defer runs.Stop()
	for {
		v, err := callOnce(t, call)
		switch {
		case err != nil && t.ctx.Err() != nil:
			return v, catalog.ErrClosed
		case err == nil || !runs.WasStopped():
			return v, err
		}
		runs.Reset()
	}
}

// callOnce makes a call. One that panics has met a response that the code cannot read.
func callOnce[T any](t *tasks, call func(context.Context) (T, error)) (v T, err error) {
	ctx, cancel := context.WithTimeout(t.ctx, t.timeout)
	defer cancel()
	defer panics.Recover(t.log, "a catalog's response", catalog.ErrBadResponse, &err)
	return call(ctx)
}
