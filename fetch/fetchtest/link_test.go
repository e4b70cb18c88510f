package fetchtest_test

import (
	"context"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// local runs test in a bubble, with an origin in it.
func local(t *testing.T, test func(t *testing.T, o *fetchtest.Origin)) {
	synctest.Test(t, func(t *testing.T) {
		test(t, fetchtest.NewLocal(t, "origin.test", file("a")))
	})
}

func near(t *testing.T, what string, got, want, tolerance time.Duration) {
	t.Helper()
	if got < want-tolerance || got > want+tolerance {
		t.Errorf("%s took %v, want %v", what, got, want)
	}
}

func TestLatency(t *testing.T) {
	local(t, func(t *testing.T, o *fetchtest.Origin) {
		o.SetLink(fetchtest.Link{RTT: 50 * time.Millisecond, Connect: 100 * time.Millisecond})
		rt := o.Transport()
		for _, want := range []time.Duration{150 * time.Millisecond, 50 * time.Millisecond} {
			begin := time.Now()
			do(t, rt, "GET", o.URL("a")).check(t, 200, o.Content("a"), 0, size)
			near(t, "the response", time.Since(begin), want, 0)
		}
	})
}

func TestRates(t *testing.T) {
	for _, test := range []struct {
		name    string
		link    fetchtest.Link
		clients int
		want    time.Duration
	}{
		{"slow", fetchtest.Link{ConnRate: 1000}, 1, 300 * time.Second},
		{"256 kB/s", fetchtest.Link{ConnRate: 256_000}, 1, 1172 * time.Millisecond},
		{"each its own", fetchtest.Link{ConnRate: 1_000_000}, 8, 300 * time.Millisecond},
		{"shared", fetchtest.Link{TotalRate: 1_000_000}, 8, 2400 * time.Millisecond},
		{"both", fetchtest.Link{ConnRate: 500_000, TotalRate: 1_000_000}, 8, 2400 * time.Millisecond},
		{"both, one alone", fetchtest.Link{ConnRate: 500_000, TotalRate: 1_000_000}, 1, 600 * time.Millisecond},
		{"100 MB/s", fetchtest.Link{ConnRate: 100_000_000}, 1, 3 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			local(t, func(t *testing.T, o *fetchtest.Origin) {
				o.SetLink(test.link)
				rt, begin := o.Transport(), time.Now()
				var clients sync.WaitGroup
				for range test.clients {
					clients.Go(func() { do(t, rt, "GET", o.URL("a")).check(t, 200, o.Content("a"), 0, size) })
				}
				clients.Wait()
				near(t, "all", time.Since(begin), test.want, 15*time.Millisecond)
			})
		})
	}
}

// A body comes in grains, not in bursts.
func TestSmoothness(t *testing.T) {
	local(t, func(t *testing.T, o *fetchtest.Origin) {
		o.SetLink(fetchtest.Link{ConnRate: 100_000})
		resp, err := (&http.Client{Transport: o.Transport()}).Get(o.URL("a"))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		buf, begin := make([]byte, 8192), time.Now()
		for read := 0; read < size; {
			n, err := resp.Body.Read(buf)
			read += n
			if err != nil && read < size {
				t.Fatal(err)
			}
			due := time.Duration(read) * time.Second / 100_000
			near(t, "a part", time.Since(begin), due, 10*time.Millisecond)
		}
	})
}

// The link may change under a body, as links do.
func TestLinkChanges(t *testing.T) {
	local(t, func(t *testing.T, o *fetchtest.Origin) {
		o.SetLink(fetchtest.Link{ConnRate: 100_000})
		begin := time.Now()
		go func() {
			if o.WaitSent(t.Context(), 100_000) == nil {
				o.SetLink(fetchtest.Link{ConnRate: 1_000_000})
			}
		}()
		get(t, o, "a").check(t, 200, o.Content("a"), 0, size)
		near(t, "it", time.Since(begin), 1200*time.Millisecond, 15*time.Millisecond)
	})
}

func TestMaxConns(t *testing.T) {
	everyOrigin(t, func(t *testing.T, o *fetchtest.Origin) {
		o.SetLink(fetchtest.Link{MaxConns: 1})
		resp, err := o.Transport().RoundTrip(request(t, o.URL("a")))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if g := get(t, o, "a"); g.err == nil {
			t.Error("a second connection was accepted")
		}
		if s := o.Stats(); s.Conns != 1 || s.Refused == 0 || s.ConnsPeak != 1 {
			t.Errorf("%+v", s)
		}
	})
}

func request(t *testing.T, url string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// A client that gives up ends the response, at whatever it waits for.
func TestClientGivesUp(t *testing.T) {
	for name, link := range map[string]fetchtest.Link{
		"latency": {RTT: time.Hour},
		"rate":    {ConnRate: 1},
	} {
		t.Run(name, func(t *testing.T) {
			local(t, func(t *testing.T, o *fetchtest.Origin) {
				o.SetLink(link)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				resp, err := o.Transport().RoundTrip(request(t, o.URL("a")).WithContext(ctx))
				if err == nil {
					_, err = io.ReadAll(resp.Body)
				}
				if err == nil || ctx.Err() == nil {
					t.Fatalf("answered all the same, or ended early: %v", err)
				}
				begin := time.Now()
				if err := o.WaitIdle(t.Context()); err != nil {
					t.Fatal(err)
				}
				near(t, "the end", time.Since(begin), 0, 0)
			})
		})
	}
}
