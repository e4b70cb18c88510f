package fetchtest_test

import (
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// Close ends responses at whatever they wait for: the latency, a rate, a stall, a
// gate, and a client that does not read.
func TestCloseEndsEveryResponse(t *testing.T) {
	everyOrigin(t, func(t *testing.T, o *fetchtest.Origin) {
		for name, fault := range map[string]fetchtest.Fault{
			"delay": fetchtest.Delay(time.Hour), "trickle": fetchtest.Trickle(1), "stall": fetchtest.StallAfter(5),
			"silence": fetchtest.StallAfter(fetchtest.BeforeHead), "gate": fetchtest.HoldAt(5, make(chan struct{})),
			"raw": fetchtest.Both(fetchtest.Surplus(5), fetchtest.Trickle(1)), "deaf client": fetchtest.Both(),
		} {
			o.Put(fetchtest.File{Name: name, Content: fetchtest.Random(1, 1<<40)})
			o.Fault(fetchtest.Of(name), fault)
		}
		var clients sync.WaitGroup
		rt := o.Transport()
		for _, name := range []string{"delay", "trickle", "stall", "silence", "gate", "raw"} {
			clients.Go(func() {
				if g := do(t, rt, "GET", o.URL(name)); g.err == nil {
					t.Errorf("%s ended well", name)
				}
			})
		}
		resp, err := rt.RoundTrip(request(t, o.URL("deaf client")))
		if err != nil {
			t.Fatal(err)
		}
		if err := o.WaitRequests(t.Context(), 7); err != nil {
			t.Fatal(err)
		}
		o.Close()
		if s := o.Stats(); s.Active != 0 || s.ConnsOpen != 0 {
			t.Errorf("closed, but %+v", s)
		}
		clients.Wait()
		_ = resp.Body.Close()
		if g := get(t, o, "a"); g.err == nil {
			t.Error("closed, but it answers")
		}
		o.Close()
	})
}

// Many clients at once, giving up at will, under changing faults and links:
// whatever comes is right, and afterwards nothing is left.
func TestTumult(t *testing.T) {
	everyOrigin(t, func(t *testing.T, o *fetchtest.Origin) {
		o.Fault(fetchtest.Nth(3, 30), fetchtest.ResetAfter(1000))
		o.Fault(fetchtest.Nth(4, 40), fetchtest.CloseAfter(100_000))
		o.Fault(fetchtest.Nth(5, 50), fetchtest.GoAway)
		o.Fault(fetchtest.Nth(6, 60), fetchtest.Chunked)
		o.Fault(fetchtest.Nth(7, 70), fetchtest.Surplus(7))
		o.SetLink(fetchtest.Link{RTT: time.Millisecond, ConnRate: 50e6, TotalRate: 200e6, MaxConns: 6})
		rt := o.Transport()
		var clients sync.WaitGroup
		for i := range 8 {
			clients.Go(func() {
				random := rand.New(rand.NewPCG(1, uint64(i)))
				for range 12 {
					glance(t, o, rt, random)
				}
			})
		}
		clients.Wait()
		rt.CloseIdleConnections()
		if err := o.WaitIdle(t.Context()); err != nil {
			t.Error(err)
		}
		if err := o.WaitConnsClosed(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// glance reads some of a file, and checks what it gets.
func glance(t *testing.T, o *fetchtest.Origin, rt *http.Transport, random *rand.Rand) {
	resp, err := rt.RoundTrip(request(t, o.URL("a")))
	if err != nil {
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, random.Int64N(2*size)))
	if err := fetchtest.Check(o.Content("a"), 0, body); err != nil {
		t.Error(err)
	}
}
