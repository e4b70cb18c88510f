package itunes

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// No window of a minute may see more than 20 calls to Apple.
func TestAppleIsCalledTwentyTimesAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls []time.Time
		s := newSource(t, Options{Env: catalog.Env{Client: respond(func(w http.ResponseWriter, _ *http.Request) {
			calls = append(calls, time.Now())
			respondWith(w)
		})}})
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
		client := respond(func(w http.ResponseWriter, _ *http.Request) { respondWith(w) })
		s := newSource(t, Options{Base: "http://127.0.0.1:8080", Env: catalog.Env{Client: client}})
		start := time.Now()
		for range 100 {
			search(t, s)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("100 calls waited %v", took)
		}
	})
}

// Apple's word for too many calls is a 403 with nothing else.
func TestForbiddenMeansTooManyCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource(t, Options{Env: catalog.Env{Client: respond(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
		})}})
		_, err := s.Search(t.Context(), "x")
		limited, ok := errors.AsType[*catalog.RateLimitError](err)
		if !ok || time.Until(limited.Retry) != time.Minute {
			t.Errorf("got %v, want to be told to wait a minute", err)
		}
	})
}
