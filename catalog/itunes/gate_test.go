package itunes

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// No window of a minute may see more than 20 calls to Apple.
func TestAppleIsCalledTwentyTimesAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls []time.Time
		s := newSource(t, Options{Client: respond(func(w http.ResponseWriter, _ *http.Request) {
			calls = append(calls, time.Now())
			answerOf(w)
		})})
		start := time.Now()
		for range 100 {
			search(t, s)
		}
		for i := 20; i < len(calls); i++ {
			if calls[i].Sub(calls[i-20]) < time.Minute {
				t.Fatalf("calls %d to %d within %v", i-20, i, calls[i].Sub(calls[i-20]))
			}
		}
		if took := time.Since(start); took > 7*time.Minute {
			t.Errorf("100 calls took %v", took)
		}
	})
}

func TestOtherHostsAreNotCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := respond(func(w http.ResponseWriter, _ *http.Request) { answerOf(w) })
		s := newSource(t, Options{Base: "http://127.0.0.1:8080", Client: client})
		start := time.Now()
		for range 100 {
			search(t, s)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("100 calls waited %v", took)
		}
	})
}

func TestWaitingForATurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate("itunes.apple.com")
		for range callBurst {
			if err := g.enter(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		start := time.Now()

		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if err := g.enter(ctx); !errors.Is(err, context.Canceled) || time.Since(start) != time.Second {
			t.Errorf("interrupted after a second: %v after %v", err, time.Since(start))
		}

		ctx, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := g.enter(ctx)
		limited, ok := errors.AsType[*catalog.RateLimitError](err)
		if !ok || !limited.Retry.Equal(start.Add(callEvery)) || time.Since(start) != time.Second {
			t.Errorf("deadline before the turn: %v after %v", err, time.Since(start))
		}

		if err := g.enter(t.Context()); err != nil || time.Since(start) != callEvery {
			t.Errorf("third in line: %v after %v, want its turn after %v", err, time.Since(start), callEvery)
		}
	})
}

// The tables of refusals: what the service said, and when the next call goes out.
func TestRefusals(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		after  string
		want   time.Duration
	}{
		"bare 403":       {403, "", time.Minute},
		"bare 429":       {429, "", time.Minute},
		"seconds":        {429, "17", 17 * time.Second},
		"date":           {403, "Sat, 01 Jan 2000 00:02:00 GMT", 2 * time.Minute},
		"date gone by":   {403, "Fri, 31 Dec 1999 00:00:00 GMT", time.Second},
		"zero":           {429, "0", time.Second},
		"for ever":       {429, "4000000000", time.Hour},
		"not a duration": {429, "soon", time.Minute},
		"negative":       {429, "-5", time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { testRefusal(t, tt.status, tt.after, tt.want) })
		})
	}
}

func testRefusal(t *testing.T, status int, after string, want time.Duration) {
	calls := 0
	s := newSource(t, Options{Client: respond(func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls > 1 {
			answerOf(w)
			return
		}
		if after != "" {
			w.Header().Set("Retry-After", after)
		}
		w.WriteHeader(status)
	})})
	start := time.Now() // in a bubble: 2000-01-01 00:00:00 UTC
	for range 3 {
		_, err := s.Search(t.Context(), "x")
		limited, ok := errors.AsType[*catalog.RateLimitError](err)
		if !ok || !errors.Is(err, catalog.ErrRateLimited) || limited.Retry.Sub(start) != want {
			t.Fatalf("got %v, want a RateLimitError until %v later", err, want)
		}
	}
	if calls != 1 || time.Since(start) != 0 {
		t.Errorf("%d calls in %v, want further calls to fail at once without one", calls, time.Since(start))
	}
	time.Sleep(want)
	search(t, s)
}

// The pauses grow while the refusals go on, and start anew after an answer.
func TestRefusalsThatGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status := http.StatusForbidden
		s := newSource(t, Options{Client: respond(func(w http.ResponseWriter, _ *http.Request) {
			if status == http.StatusOK {
				answerOf(w)
			}
			w.WriteHeader(status)
		})})
		refused := func(want time.Duration) {
			t.Helper()
			_, err := s.Search(t.Context(), "x")
			limited, ok := errors.AsType[*catalog.RateLimitError](err)
			if !ok || time.Until(limited.Retry) != want {
				t.Fatalf("got %v, want to be told to wait %v", err, want)
			}
			time.Sleep(want)
		}
		for _, want := range []time.Duration{1, 2, 4, 8, 10, 10} {
			refused(want * time.Minute)
		}
		status = http.StatusOK
		search(t, s)
		status = http.StatusForbidden
		refused(minPause)
	})
}

// Calls that were under way when the service began to refuse count as one.
func TestRefusedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate("127.0.0.1")
		for range 5 {
			limited, _ := errors.AsType[*catalog.RateLimitError](g.refused(0))
			if wait := time.Until(limited.Retry); wait != minPause {
				t.Errorf("told to wait %v, want %v", wait, minPause)
			}
		}
	})
}

// Who waits for a turn when the service begins to refuse makes no call.
func TestRefusedWhileOthersWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		s := newSource(t, Options{Client: respond(func(w http.ResponseWriter, _ *http.Request) {
			if calls.Add(1) > callBurst {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			answerOf(w)
		})})
		for range callBurst {
			search(t, s)
		}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if _, err := s.Search(t.Context(), "x"); !errors.Is(err, catalog.ErrRateLimited) {
					t.Errorf("got %v, want ErrRateLimited", err)
				}
			})
		}
		wg.Wait()
		if n := calls.Load(); n != callBurst+1 {
			t.Errorf("%d calls, want %d", n, callBurst+1)
		}
	})
}
