package web

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// Calls beyond those that may be under way wait, and leave when they are
// called off.
func TestParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex // guards these
		var now, most int
		count := func(n int) {
			mu.Lock()
			defer mu.Unlock()
			now += n
			most = max(most, now)
		}
		c := New(Options{Parallel: 2, Env: catalog.Env{Client: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			count(1)
			defer count(-1)
			time.Sleep(time.Second)
			return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, nil
		})}}})
		start := time.Now()
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() { mustGet(t, c) })
		}
		time.Sleep(time.Millisecond)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := get(ctx, c); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("called off while waiting: %v", err)
		}
		all.Wait()
		if took := time.Since(start); most != 2 || took != 3*time.Second {
			t.Errorf("%d calls at once, all in %v", most, took)
		}
	})
}
