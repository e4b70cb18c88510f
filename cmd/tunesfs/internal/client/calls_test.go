package client

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Calls that hang are given up; once all slots are theirs, others fail at once, until one
// returns.
func TestHungCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, back := newCalls(3), make(chan struct{})
		hang := func() (int, error) { <-back; return 1, nil }
		for range 3 {
			if _, err := call(t.Context(), c, time.Second, hang); !errors.Is(err, ErrHung) {
				t.Fatalf("a call that hangs gives %v", err)
			}
		}
		began := time.Now()
		if _, err := call(t.Context(), c, time.Hour, hang); !errors.Is(err, ErrHung) || time.Since(began) > 0 {
			t.Errorf("one call too many gives %v after %v", err, time.Since(began))
		}
		back <- struct{}{}
		synctest.Wait()
		if got, err := call(t.Context(), c, time.Second, func() (int, error) { return 7, nil }); got != 7 || err != nil {
			t.Errorf("after one has returned: %d, %v", got, err)
		}
		close(back)
		synctest.Wait()
		if c.hung != 0 || len(c.slots) != 0 {
			t.Errorf("%d hang, %d are under way", c.hung, len(c.slots))
		}
	})
}

// Calls that only take their time wait for each other.
func TestCallsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCalls(2)
		ended := make(chan error)
		for range 10 {
			go func() {
				_, err := call(t.Context(), c, 10*time.Second, func() (int, error) { time.Sleep(time.Second); return 0, nil })
				ended <- err
			}()
		}
		for range 10 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	})
}

// A caller can stop waiting.
func TestCallCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(ErrClosed) })
		back := make(chan struct{})
		defer close(back)
		if _, err := call(ctx, newCalls(1), time.Hour, func() (int, error) { <-back; return 0, nil }); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	})
}

// Listings that were called off keep their slots, but are no sign of a mount that hangs:
// another one waits for a slot.
func TestCalledOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &Mount{dir: "/", listings: newCalls(maxCalls), ctx: context.Background()}
		ctx, cancel := context.WithCancel(t.Context())
		back := make(chan struct{})
		for range maxCalls {
			go call(ctx, m.listings, time.Hour, func() (int, error) { <-back; return 0, nil })
		}
		synctest.Wait()
		cancel()
		synctest.Wait()
		began := time.Now()
		if err := m.List(t.Context(), "", nil); !errors.Is(err, ErrManyListings) || time.Since(began) != listTimeout {
			t.Errorf("a listing gives %v after %v", err, time.Since(began))
		}
		time.AfterFunc(time.Second, func() { close(back) })
		if _, err := m.listings.enter(t.Context(), listTimeout); err != nil {
			t.Errorf("once one has returned: %v", err)
		}
	})
}

// A panic in a call is the error of the call, and frees its slot.
func TestCallPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCalls(1)
		for range 2 {
			_, err := call(t.Context(), c, time.Second, func() (int, error) { panic("a fault") })
			if err == nil || !strings.Contains(err.Error(), "a fault") || !strings.Contains(err.Error(), "calls_test.go") {
				t.Errorf("it gives %v", err)
			}
		}
	})
}

// Commands are carried out in their order, those too that wait when the queue is closed.
func TestQueueOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		q := newQueue(func(_ context.Context, path, verb string) error {
			time.Sleep(100 * time.Millisecond)
			got = append(got, verb+" "+path)
			if path == "5" {
				return ErrInUse
			}
			return nil
		})
		var want []string
		var refused *command
		for i := range 20 {
			path := fmt.Sprint(i)
			if c := q.add(path, "start"); i == 5 {
				refused = c
			}
			want = append(want, "start "+path)
		}
		if err := q.close(time.Minute); err == nil || !errors.Is(err, ErrInUse) {
			t.Errorf("close gives %v", err)
		}
		var failure *ControlError
		if err := refused.wait(); !errors.As(err, &failure) || failure.Path != "5" || failure.Verb != "start" {
			t.Errorf("the refused one gives %v", err)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v", got)
		}
		if err := q.add("x", "start").wait(); !errors.Is(err, ErrClosed) {
			t.Errorf("after close: %v", err)
		}
		if err := q.close(time.Minute); err != nil {
			t.Errorf("closed again: %v", err)
		}
	})
}

// close waits for a mount that hangs only so long, and says which commands are lost.
func TestQueueHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(func(ctx context.Context, _, _ string) error {
			<-ctx.Done()
			return context.Cause(ctx)
		})
		first := q.add("a", "pause")
		synctest.Wait()
		for range maxCommands {
			q.add("b", "pause")
		}
		if err := q.add("c", "pause").wait(); !errors.Is(err, ErrBusy) {
			t.Errorf("one too many: %v", err)
		}
		began := time.Now()
		err := q.close(5 * time.Second)
		if took := time.Since(began); took != 5*time.Second || !errors.Is(err, ErrUnfinished) {
			t.Errorf("close took %v and gives %v", took, err)
		}
		if err := first.wait(); !errors.Is(err, ErrUnfinished) {
			t.Error(err)
		}
	})
}
