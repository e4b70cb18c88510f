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

// A command that waits for another of the same track ends with its context, and
// with the mount.
func TestWaitForACommandEnds(t *testing.T) {
	for _, closes := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			life := lifetime.New()
			c := New(life, slog.New(slog.DiscardHandler), func() <-chan struct{} { return nil })
			d := new(fetch.Download) // never reached
			_, unlock, err := c.orders.keys.Lock(t.Context(), d.Key())
			if err != nil {
				t.Fatal(err)
			}
			defer unlock()
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			result := make(chan error, 1)
			go func() { result <- c.Do(ctx, d, fetch.Pause) }()
			synctest.Wait()
			want := context.Canceled
			if closes {
				want = fetch.ErrClosed
				life.Close()
			} else {
				leave()
			}
			if err := <-result; !errors.Is(err, want) {
				t.Errorf("the command ends with %v, want %v", err, want)
			}
		})
	}
}
