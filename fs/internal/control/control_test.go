package control

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/lifetime"
)

// Who waits for a folder's orders learns when the last is carried out, or that
// the mount ends first.
func TestSettled(t *testing.T) {
	for _, closes := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			life := lifetime.New()
			var queue Queue
			c := New(life, slog.New(slog.DiscardHandler), func() <-chan struct{} { return nil })
			if err := c.Settled(t.Context(), &queue); err != nil {
				t.Errorf("no order: %v", err)
			}
			gate, waiting := make(chan struct{}), make(chan error, 1)
			c.InOrder(&queue, func() { <-gate }, func(Order) {})
			go func() { waiting <- c.Settled(t.Context(), &queue) }()
			synctest.Wait()
			select {
			case err := <-waiting:
				t.Fatalf("the wait ends before the order, with %v", err)
			default:
			}
			var want error
			if closes {
				want = fetch.ErrClosed
				life.Close()
				synctest.Wait()
			}
			close(gate)
			if err := <-waiting; !errors.Is(err, want) {
				t.Errorf("the wait ends with %v, want %v", err, want)
			}
			life.Wait()
		})
	}
}

// Who waits for a folder's orders may leave.
func TestSettledLeaves(t *testing.T) {
	life := lifetime.New()
	var queue Queue
	c := New(life, slog.New(slog.DiscardHandler), func() <-chan struct{} { return nil })
	gate := make(chan struct{})
	c.InOrder(&queue, func() { <-gate }, func(Order) {})
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if err := c.Settled(ctx, &queue); !errors.Is(err, context.Canceled) {
		t.Errorf("the wait ends with %v", err)
	}
	close(gate)
	life.Wait()
}
