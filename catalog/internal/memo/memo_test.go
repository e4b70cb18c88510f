package memo

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

var errDown = errors.New("down")

func TestValueIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		ask := func(context.Context) (int, error) { calls++; return calls, nil }
		v := New[int](time.Minute)
		for want := 1; want < 3; want++ {
			for range 3 {
				if got, err := v.Get(t.Context(), ask); got != want || err != nil {
					t.Errorf("got %d, %v; want %d", got, err, want)
				}
			}
			time.Sleep(time.Minute)
		}
	})
}

// Who waits gets the failure that was waited for; who comes later asks again.
func TestFailureIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		down := func(context.Context) (int, error) {
			calls++
			time.Sleep(4 * time.Second)
			return 0, errDown
		}
		v := New[int](time.Minute)
		start := time.Now()
		failed := make(chan error)
		for range 10 {
			go func() { _, err := v.Get(t.Context(), down); failed <- err }()
		}
		for range 10 {
			if err := <-failed; !errors.Is(err, errDown) {
				t.Errorf("got %v", err)
			}
		}
		if took := time.Since(start); took != 4*time.Second || calls != 1 {
			t.Errorf("%d calls took %v", calls, took)
		}
		if got, err := v.Get(t.Context(), func(context.Context) (int, error) { return 7, nil }); got != 7 || err != nil {
			t.Errorf("later: %d, %v", got, err)
		}
	})
}

// A call that its caller gave up is made again for who waits.
func TestCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := New[int](time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_, _ = v.Get(ctx, func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, ctx.Err() })
		}()
		synctest.Wait()
		got := make(chan int)
		go func() {
			n, err := v.Get(t.Context(), func(context.Context) (int, error) { return 7, nil })
			if err != nil {
				t.Error(err)
			}
			got <- n
		}()
		synctest.Wait()
		ended, end := context.WithCancel(t.Context())
		end()
		if _, err := v.Get(ended, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
		cancel()
		if n := <-got; n != 7 {
			t.Errorf("got %d", n)
		}
	})
}
