package control

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/lifetime"
)

// No track waits for another, however many are controlled at once. The locks go
// when the last command has ended.
func TestUnrelatedTracks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const tracks = 1000
		var k keys
		end := make(chan struct{})
		held := make(chan string, tracks)
		for n := range tracks {
			go func() {
				key := strconv.Itoa(n)
				unlock, err := k.lock(t.Context(), key)
				if err != nil {
					t.Error(err)
					return
				}
				defer unlock()
				held <- key
				<-end
			}()
		}
		synctest.Wait()
		if len(held) != tracks {
			t.Errorf("%d of %d are controlled at once", len(held), tracks)
		}
		close(end)
		synctest.Wait()
		if len(k.inUse) > 0 {
			t.Errorf("%d locks are left", len(k.inUse))
		}
	})
}

// Commands for one track come one after another, in the order in which they came.
func TestOneTrack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var k keys
		var order []int
		unlock, err := k.lock(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		for n := range 10 {
			go func() {
				unlock, err := k.lock(t.Context(), "a")
				if err != nil {
					t.Error(err)
					return
				}
				order = append(order, n)
				unlock()
			}()
			synctest.Wait()
		}
		if len(order) > 0 {
			t.Errorf("%v did not wait", order)
		}
		unlock()
		synctest.Wait()
		if !slices.Equal(order, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) || len(k.inUse) > 0 {
			t.Errorf("the order is %v, %d locks are left", order, len(k.inUse))
		}
	})
}

// A command that waits for another of the same track ends with its context, and
// with the mount.
func TestWaitForACommandEnds(t *testing.T) {
	for _, closes := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			life := lifetime.New()
			c := New(life, slog.New(slog.DiscardHandler), func() <-chan struct{} { return nil })
			d := new(fetch.Download) // never reached
			unlock, err := c.orders.keys.lock(t.Context(), d.Key())
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
