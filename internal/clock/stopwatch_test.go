package clock

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A stop of the process, in which no look is made, starts the count from zero.
func TestCount(t *testing.T) {
	start := time.Now()
	for name, test := range map[string]struct {
		looks []time.Duration // since the start
		want  time.Duration
	}{
		"at once":                 {nil, 0},
		"each second":             {[]time.Duration{tick, 2 * tick, 3 * tick}, 3 * tick},
		"late":                    {[]time.Duration{tick, 3 * tick}, 3 * tick},
		"stopped":                 {[]time.Duration{tick, 3*tick + 1}, 0},
		"stopped for 75 s":        {[]time.Duration{tick, 76 * tick}, 0},
		"and running since":       {[]time.Duration{tick, 76 * tick, 77 * tick}, tick},
		"stopped twice":           {[]time.Duration{tick, 76 * tick, 77 * tick, 90 * tick}, 0},
		"stopped before any look": {[]time.Duration{75 * tick}, 0},
	} {
		c := count{began: start, seen: start}
		for _, look := range test.looks {
			c = c.at(start.Add(look))
		}
		if got := c.elapsed(); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestStopwatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := Start()
		defer w.Stop()
		time.Sleep(90*time.Second + time.Millisecond)
		if got := w.Elapsed(); got != 90*time.Second+time.Millisecond {
			t.Errorf("after 90.001 s: %v", got)
		}
		w.Reset()
		time.Sleep(time.Millisecond)
		if got := w.Elapsed(); got != time.Millisecond {
			t.Errorf("after 1 ms: %v", got)
		}
	})
}

// A limit is reached to the moment, be it longer or shorter than a tick.
func TestLimit(t *testing.T) {
	for _, limit := range []time.Duration{time.Millisecond, tick, 20*time.Second + 7} {
		synctest.Test(t, func(t *testing.T) {
			expired := make(chan time.Time, 10)
			began := time.Now()
			w := AfterFunc(limit, func() { expired <- time.Now() })
			if took := (<-expired).Sub(began); took != limit {
				t.Errorf("%v expires after %v", limit, took)
			}
			began = time.Now()
			w.Reset()
			if took := (<-expired).Sub(began); took != limit {
				t.Errorf("%v expires after %v when it is started again", limit, took)
			}
			w.Reset()
			time.Sleep(limit / 2)
			w.Reset()
			time.Sleep(limit - 1)
			w.Stop()
			time.Sleep(time.Hour)
			if len(expired) > 0 {
				t.Errorf("%v expires though it was started again, and stopped", limit)
			}
		})
	}
}

func TestWithTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, limit := range []time.Duration{-1, 0, time.Millisecond, 20 * time.Second} {
			ctx, cancel := WithTimeout(t.Context(), limit)
			began := time.Now()
			<-ctx.Done()
			if took := time.Since(began); took != max(limit, 0) || !errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
				t.Errorf("%v: ends after %v by %v", limit, took, context.Cause(ctx))
			}
			cancel()
		}
		ctx, cancel := WithTimeout(t.Context(), time.Hour)
		cancel()
		if <-ctx.Done(); !errors.Is(context.Cause(ctx), context.Canceled) {
			t.Errorf("a canceled one ends by %v", context.Cause(ctx))
		}
	})
}
