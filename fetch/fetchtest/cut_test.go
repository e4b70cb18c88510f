package fetchtest_test

import (
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

var places = []int64{fetchtest.BeforeHead, 0, 1, size / 2, size - 1}

// prefix checks that a response was cut at n, with the right bytes before.
func (g got) prefix(t *testing.T, o *fetchtest.Origin, n int64) {
	t.Helper()
	if g.err == nil {
		t.Fatalf("cut at %d, but no error", n)
	}
	if int64(len(g.body)) != max(0, n) {
		t.Fatalf("cut at %d, but %d bytes came, and %v", n, len(g.body), g.err)
	}
	if err := fetchtest.Check(o.Content("a"), 0, g.body); err != nil {
		t.Fatal(err)
	}
}

func TestClose(t *testing.T) {
	everyOrigin(t, func(t *testing.T, o *fetchtest.Origin) {
		for _, n := range places {
			o.Heal()
			o.Fault(fetchtest.Always, fetchtest.CloseAfter(n))
			g := get(t, o, "a")
			g.prefix(t, o, n)
			if errors.Is(g.err, syscall.ECONNRESET) {
				t.Errorf("closed at %d, but reset: %v", n, g.err)
			}
		}
	})
}

func TestCloseOfAChunkedBody(t *testing.T) {
	everyOrigin(t, func(t *testing.T, o *fetchtest.Origin) {
		o.Fault(fetchtest.Always, fetchtest.Chunked, fetchtest.CloseAfter(5000))
		get(t, o, "a").prefix(t, o, 5000)
	})
}

// The fault no client can see but by the size that it knows.
func TestCloseOfAnUnframedBody(t *testing.T) {
	o := fetchtest.New(t, file("a"))
	o.Fault(fetchtest.Always, fetchtest.Unframed, fetchtest.CloseAfter(5000))
	get(t, o, "a").check(t, 200, o.Content("a"), 0, 5000)
}

func TestReset(t *testing.T) {
	for name, o := range map[string]*fetchtest.Origin{
		"tcp":  fetchtest.New(t, file("a")),
		"pipe": fetchtest.NewLocal(t, "origin.test", file("a")),
	} {
		for _, n := range places {
			o.Heal()
			o.Fault(fetchtest.Always, fetchtest.ResetAfter(n))
			if g := get(t, o, "a"); !errors.Is(g.err, syscall.ECONNRESET) && !errors.Is(g.err, syscall.EPIPE) {
				t.Errorf("%s, reset at %d: %v", name, n, g.err)
			} else if err := fetchtest.Check(o.Content("a"), 0, g.body); err != nil || int64(len(g.body)) > max(0, n) {
				t.Errorf("%s, reset at %d: %d bytes, %v", name, n, len(g.body), err)
			}
		}
	}
}

// Over HTTP/2 a reset takes all streams of the connection with it.
func TestResetOfHTTP2(t *testing.T) {
	o := fetchtest.NewTLS(t, file("a"), file("b"))
	rt := o.Transport()
	o.Fault(fetchtest.Of("b"), fetchtest.StallAfter(1000))
	resp, err := rt.RoundTrip(request(t, o.URL("b")))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	o.Fault(fetchtest.Of("a"), fetchtest.ResetAfter(fetchtest.BeforeHead))
	if g := do(t, rt, "GET", o.URL("a")); g.err == nil {
		t.Error("not reset")
	}
	if _, err := io.ReadAll(resp.Body); err == nil || o.Stats().Conns == 0 {
		t.Errorf("the other stream: %v", err)
	}
}

func TestStall(t *testing.T) {
	for _, n := range places {
		local(t, func(t *testing.T, o *fetchtest.Origin) {
			o.Fault(fetchtest.Always, fetchtest.StallAfter(n))
			begin := time.Now()
			time.AfterFunc(time.Hour, o.Close)
			get(t, o, "a").prefix(t, o, n)
			near(t, "the stall", time.Since(begin), time.Hour, 0)
		})
	}
}

func TestStallAt(t *testing.T) {
	for _, tt := range []struct {
		asked string
		from  int64
		got   int64 // bytes before the stall; -1 if there is none
	}{
		{"bytes=0-", 0, size / 2}, {"bytes=100-", 100, size/2 - 100}, {"bytes=200000-", 200_000, 0},
		{"bytes=0-149999", 0, -1}, {"bytes=0-150000", 0, size / 2},
	} {
		local(t, func(t *testing.T, o *fetchtest.Origin) {
			o.Fault(fetchtest.Always, fetchtest.StallAt(size/2))
			time.AfterFunc(time.Hour, o.Close)
			g := get(t, o, "a", "Range", tt.asked)
			if (g.err == nil) != (tt.got < 0) || tt.got >= 0 && int64(len(g.body)) != tt.got {
				t.Errorf("%s: %d bytes, %v", tt.asked, len(g.body), g.err)
			}
			if err := fetchtest.Check(o.Content("a"), tt.from, g.body); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestGoAway(t *testing.T) {
	everyOrigin(t, func(t *testing.T, o *fetchtest.Origin) {
		o.Fault(fetchtest.Nth(1, 3), fetchtest.GoAway)
		rt := o.Transport()
		for i, want := range []int64{1, 2, 2, 3} {
			do(t, rt, "GET", o.URL("a")).check(t, 200, o.Content("a"), 0, size)
			if r := o.Requests()[i]; r.Conn != want {
				t.Errorf("request %d by connection %d, want %d", i+1, r.Conn, want)
			}
		}
	})
}

func TestGoAwayAndDeath(t *testing.T) {
	o := fetchtest.NewTLS(t, file("a"))
	o.Fault(fetchtest.Nth(1), fetchtest.GoAway, fetchtest.ResetAfter(5000))
	rt := o.Transport()
	if g := do(t, rt, "GET", o.URL("a")); g.err == nil || len(g.body) > 5000 {
		t.Errorf("%d bytes, %v", len(g.body), g.err)
	}
	do(t, rt, "GET", o.URL("a")).check(t, 200, o.Content("a"), 0, size)
}

func TestDropAndDown(t *testing.T) {
	everyOrigin(t, func(t *testing.T, o *fetchtest.Origin) {
		o.Fault(fetchtest.Nth(1), fetchtest.StallAfter(1000))
		go func() {
			if o.WaitSent(t.Context(), 1000) == nil {
				o.SetLink(fetchtest.Link{Down: true})
				o.Drop()
			}
		}()
		rt := o.Transport()
		if g := do(t, rt, "GET", o.URL("a")); g.err == nil {
			t.Error("dropped, but no error")
		}
		if g := do(t, rt, "GET", o.URL("a")); g.err == nil {
			t.Error("down, but it answers")
		}
		o.SetLink(fetchtest.Link{})
		do(t, rt, "GET", o.URL("a")).check(t, 200, o.Content("a"), 0, size)
	})
}

func TestUntrusted(t *testing.T) {
	o := fetchtest.NewTLS(t, file("a"))
	stranger := fetchtest.Network(o)
	stranger.TLSClientConfig.RootCAs = nil
	if g := do(t, stranger, "GET", o.URL("a")); g.err == nil || !strings.Contains(g.err.Error(), "certificate") {
		t.Errorf("%v", g)
	}
}
