package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pace is that of the services in these tests.
var pace = Pace{Burst: 5, Every: 4 * time.Second}

// A roundTripper stands for the network, within a bubble of synctest.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// respond returns a client of a service that answers with h.
func respond(h http.HandlerFunc) *Client {
	return New(Options{Pace: pace, Env: catalog.Env{Client: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if err := context.Cause(r.Context()); err != nil {
			return nil, err
		}
		w := httptest.NewRecorder()
		h(w, r)
		resp := w.Result()
		resp.Request = r
		return resp, nil
	})}}})
}

func get(ctx context.Context, c *Client) error {
	_, err := c.Get(ctx, "http://music.example.com/search", "")
	return err
}

func mustGet(t *testing.T, c *Client) {
	t.Helper()
	if err := get(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func TestWaitingForASlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(pace)
		for range pace.Burst {
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
		if !ok || !limited.Retry.Equal(start.Add(pace.Every)) || time.Since(start) != time.Second {
			t.Errorf("deadline before the turn: %v after %v", err, time.Since(start))
		}

		if err := g.enter(t.Context()); err != nil || time.Since(start) != pace.Every {
			t.Errorf("third in line: %v after %v, want its turn after %v", err, time.Since(start), pace.Every)
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
		"bare 429":       {429, "", time.Minute},
		"seconds":        {429, "17", 17 * time.Second},
		"date":           {429, "Sat, 01 Jan 2000 00:02:00 GMT", 2 * time.Minute},
		"date gone by":   {503, "Fri, 31 Dec 1999 00:00:00 GMT", time.Second},
		"zero":           {429, "0", time.Second},
		"for ever":       {429, "4000000000", time.Hour},
		"a mistake":      {429, "5000000000", time.Minute},
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
	c := respond(func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls > 1 {
			return
		}
		if after != "" {
			w.Header().Set("Retry-After", after)
		}
		w.WriteHeader(status)
	})
	start := time.Now() // in a bubble: 2000-01-01 00:00:00 UTC
	for range 3 {
		err := get(t.Context(), c)
		limited, ok := errors.AsType[*catalog.RateLimitError](err)
		if !ok || !errors.Is(err, catalog.ErrRateLimited) || limited.Retry.Sub(start) != want {
			t.Fatalf("got %v, want a RateLimitError until %v later", err, want)
		}
	}
	if calls != 1 || time.Since(start) != 0 {
		t.Errorf("%d calls in %v, want further calls to fail at once without one", calls, time.Since(start))
	}
	time.Sleep(want)
	mustGet(t, c)
}

// The pauses grow while the refusals go on, and start anew after a response.
func TestRefusalsThatGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status := http.StatusTooManyRequests
		c := respond(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
		})
		refused := func(want time.Duration) {
			t.Helper()
			err := get(t.Context(), c)
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
		mustGet(t, c)
		status = http.StatusTooManyRequests
		refused(minPause)
	})
}

// Calls that were under way when the service began to refuse count as one.
func TestRefusedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(Pace{})
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
		c := respond(func(w http.ResponseWriter, _ *http.Request) {
			if calls.Add(1) > int64(pace.Burst) {
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
		})
		for range pace.Burst {
			mustGet(t, c)
		}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if err := get(t.Context(), c); !errors.Is(err, catalog.ErrRateLimited) {
					t.Errorf("got %v, want ErrRateLimited", err)
				}
			})
		}
		wg.Wait()
		if n := calls.Load(); n != int64(pace.Burst)+1 {
			t.Errorf("%d calls, want %d", n, pace.Burst+1)
		}
	})
}
