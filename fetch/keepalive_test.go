package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// dialBy has the fixture's store make a transport of its own, which dials so.
func (f *fixture) dialBy(dial dialFunc) {
	f.opt.Transport, f.opt.Dial = nil, dial
	f.opt.Proxy = func(*http.Request) (*url.URL, error) { return nil, nil }
	f.reopen()
}

// counting dials the origin and counts how often.
func (f *fixture) counting(dials *atomic.Int64) dialFunc {
	dial := f.origin.Transport().DialContext
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		dials.Add(1)
		return dial(ctx, network, address)
	}
}

func (f *fixture) keepAlive() {
	f.Download(Remote{Key: "a", Size: -1, Location: Location{URL: f.origin.URL("a")}}).KeepAlive()
}

// TestKeepAlive opens a connection a moment before the first read: the read is
// answered within one round trip, and nothing was asked of the server before.
func TestKeepAlive(t *testing.T) {
	const rtt = 100 * time.Millisecond
	bubble(t, func(f *fixture) {
		var dials atomic.Int64
		f.dialBy(f.counting(&dials))
		f.origin.SetLink(fetchtest.Link{RTT: rtt, Connect: rtt})
		for range 10 {
			f.keepAlive()
		}
		time.Sleep(2 * rtt)
		if s := f.origin.Stats(); s.Requests != 0 || s.Conns != 1 {
			t.Errorf("%d requests, %d connections", s.Requests, s.Conns)
		}
		began := time.Now()
		f.read(f.reader("a"), 0, 4096)
		if took := time.Since(began); took > rtt*11/10 {
			t.Errorf("the first bytes came after %v", took)
		}
		f.keepAlive()
		time.Sleep(rtt)
		if n := dials.Load(); n != 1 {
			t.Errorf("dialed %d times", n)
		}
		f.origin.Drop()
		time.Sleep(rtt)
		f.keepAlive()
		time.Sleep(2 * rtt)
		f.read(f.reader("bb"), 0, 4096)
		if n := dials.Load(); n != 2 {
			t.Errorf("dialed %d times, once after the server had hung up", n)
		}
		f.readAll("a")
		f.untilState(f.download("a"), Complete)
		f.origin.Drop()
		time.Sleep(rtt)
		before := dials.Load()
		if f.keepAlive(); dials.Load() != before {
			t.Error("dialed for a complete file")
		}
	}, file("a", 30*mb), file("bb", 30*mb))
}

// TestKeepAliveLasts has the server hang up time and again: while it is in use there
// is a connection to it, which is not opened more often than needed, or for ever.
func TestKeepAliveLasts(t *testing.T) {
	for lasts, dialed := range map[time.Duration]int64{
		time.Second:      9, // after pauses of 1, 2, 4, ... 128 s
		20 * time.Second: 15,
		time.Hour:        5, // this server keeps none longer than a minute
	} {
		t.Run(lasts.String(), func(t *testing.T) {
			bubble(t, func(f *fixture) {
				var dials atomic.Int64
				dial := f.counting(&dials)
				f.dialBy(func(ctx context.Context, network, address string) (net.Conn, error) {
					time.AfterFunc(lasts, f.origin.Drop)
					return dial(ctx, network, address)
				})
				f.keepAlive()
				time.Sleep(2 * time.Hour)
				if n := dials.Load(); n != dialed {
					t.Errorf("dialed %d times, should be %d", n, dialed)
				}
			}, file("a", mb))
		})
	}
}

// TestKeepAliveAgain asks for a connection to a server that keeps none for long: when
// there is none, there is one at once.
func TestKeepAliveAgain(t *testing.T) {
	bubble(t, func(f *fixture) {
		var dials atomic.Int64
		dial := f.counting(&dials)
		f.dialBy(func(ctx context.Context, network, address string) (net.Conn, error) {
			time.AfterFunc(5*time.Second, f.origin.Drop)
			return dial(ctx, network, address)
		})
		for range 60 {
			before := f.origin.Stats().ConnsOpen // which may go at any moment
			f.keepAlive()
			time.Sleep(time.Second)
			if before == 0 && f.origin.Stats().ConnsOpen == 0 {
				t.Error("there is none")
			}
			time.Sleep(4 * time.Minute)
		}
		if n := dials.Load(); n > 60*5 {
			t.Errorf("dialed %d times in 4 hours", n)
		}
	}, file("a", mb))
}

// TestKeepAliveWhileUsed reads now and then, from a server that hangs up: a read is
// answered within one round trip.
func TestKeepAliveWhileUsed(t *testing.T) {
	const rtt = 100 * time.Millisecond
	bubble(t, func(f *fixture) {
		var dials atomic.Int64
		f.dialBy(f.counting(&dials))
		f.origin.SetLink(fetchtest.Link{RTT: rtt, Connect: rtt})
		f.keepAlive()
		r := f.reader("a")
		for i := range int64(10) {
			time.Sleep(4 * time.Minute)
			f.origin.Drop()
			time.Sleep(2 * time.Second)
			began := time.Now()
			f.read(r, i*100*mb, 4096)
			if took := time.Since(began); took > rtt*11/10 {
				t.Errorf("read %d took %v", i, took)
			}
		}
	}, file("a", 1000*mb))
}

// TestKeepAliveFails lets every attempt to connect fail: another is made only after a
// while.
func TestKeepAliveFails(t *testing.T) {
	bubble(t, func(f *fixture) {
		var dials atomic.Int64
		f.dialBy(func(context.Context, string, string) (net.Conn, error) {
			dials.Add(1)
			return nil, errors.New("unreachable")
		})
		for range 100 {
			f.keepAlive()
			time.Sleep(time.Second)
		}
		if n := dials.Load(); n != 4 {
			t.Errorf("dialed %d times in 100 s", n)
		}
	}, file("a", mb))
}

// TestKeepAliveEnds closes the store while a connection is being opened.
func TestKeepAliveEnds(t *testing.T) {
	bubble(t, func(f *fixture) {
		ended := make(chan struct{})
		f.dialBy(func(ctx context.Context, _, _ string) (net.Conn, error) {
			defer close(ended)
			<-ctx.Done()
			return nil, ctx.Err()
		})
		f.keepAlive()
		time.Sleep(time.Second)
		f.close()
		<-ended
		f.keepAlive()
	}, file("a", mb))
}

// TestKeepAliveWithoutServer names what no connection is to be opened for.
func TestKeepAliveWithoutServer(t *testing.T) {
	for name, c := range map[string]struct {
		url   string
		proxy string
		body  []byte
	}{
		"no address":  {"", "", nil},
		"no server":   {"http://", "", nil},
		"a file":      {"file:///etc/passwd", "", nil},
		"not a URL":   {"http://[::1", "", nil},
		"by a proxy":  {"http://origin.test/a", "http://proxy.test", nil},
		"other words": {"gopher://origin.test/a", "", nil},
		"it is here":  {"http://origin.test/a", "", []byte("all of it")},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				var dials atomic.Int64
				f.dialBy(f.counting(&dials))
				if c.proxy != "" {
					f.opt.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(c.proxy) }
					f.reopen()
				}
				f.Download(Remote{Key: "a", Size: -1, Location: Location{URL: c.url, Content: c.body}}).KeepAlive()
				time.Sleep(time.Second)
				if n := dials.Load(); n != 0 {
					t.Errorf("dialed %d times", n)
				}
			}, file("a", mb))
		})
	}
}

// TestKeepAliveAfterRedirect has redirects have led elsewhere before: that is where the next
// request goes.
func TestKeepAliveAfterRedirect(t *testing.T) {
	bubble(t, func(f *fixture) {
		dialed := make(chan string, 10)
		f.dialBy(func(_ context.Context, _, address string) (net.Conn, error) {
			dialed <- address
			return nil, net.ErrClosed
		})
		d := f.Download(Remote{Key: "a", Size: -1, Location: Location{URL: f.origin.URL("a")}})
		d.source.redirect = Location{URL: "http://mirror.test/a"}
		d.KeepAlive()
		if address := <-dialed; address != "mirror.test:80" {
			t.Errorf("dialed %s", address)
		}
	})
}

// TestKeepAliveSendsNothing opens connections ahead that are there as soon as they are
// dialed: not one request is sent by them. Whether one could be depends on which
// goroutine is faster, so it tries often.
func TestKeepAliveSendsNothing(t *testing.T) {
	bubble(t, func(f *fixture) {
		ready := make(chan net.Conn, 1)
		f.dialBy(func(context.Context, string, string) (net.Conn, error) { return <-ready, nil })
		dial := f.origin.Transport().DialContext
		for i := range 700 {
			c, err := dial(f.t.Context(), "tcp", "origin.test:80")
			if err != nil {
				t.Fatal(err)
			}
			ready <- c
			f.keepAlive()
			time.Sleep(time.Second)
			if s := f.origin.Stats(); s.Requests != 0 || s.ConnsOpen != 1 || len(ready) != 0 {
				t.Errorf("round %d: %d requests, %d connections open, %d to be dialed", i, s.Requests, s.ConnsOpen, len(ready))
				break
			}
			f.reopen() // closes it
		}
	}, file("a", mb))
}

// fetches returns what a store makes its requests by.
func (f *fixture) fetches() http.RoundTripper { return f.Store.origin.Transport() }

// TestFailedDialIsCountedOnce has a connection be in use while another one cannot
// be opened: the first one still counts, so that none is opened ahead beside it.
func TestFailedDialIsCountedOnce(t *testing.T) {
	bubble(t, func(f *fixture) {
		var dials atomic.Int64
		var down atomic.Bool
		dial := f.counting(&dials)
		f.dialBy(func(ctx context.Context, network, address string) (net.Conn, error) {
			if down.Load() {
				return nil, errors.New("unreachable")
			}
			return dial(ctx, network, address)
		})
		f.origin.Fault(fetchtest.Always, fetchtest.StallAfter(1000))
		send := func() (*http.Response, error) {
			req, err := http.NewRequestWithContext(f.t.Context(), http.MethodGet, f.origin.URL("a"), nil)
			if err != nil {
				t.Fatal(err)
			}
			return f.fetches().RoundTrip(req)
		}
		busy, err := send()
		if err != nil {
			t.Fatal(err)
		}
		down.Store(true)
		for range 3 {
			if resp, err := send(); err == nil {
				_ = resp.Body.Close()
				t.Error("there is another connection")
			}
		}
		time.Sleep(time.Minute) // until the failure is forgotten
		down.Store(false)
		f.keepAlive()
		time.Sleep(time.Second)
		if n := dials.Load(); n != 1 {
			t.Errorf("dialed %d times", n)
		}
		_ = busy.Body.Close()
	}, file("a", mb))
}

// anyHost dials the origin, whichever host is asked for.
func (f *fixture) anyHost() dialFunc {
	dial := f.origin.Transport().DialContext
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dial(ctx, network, f.origin.Host())
	}
}

// TestKeepAliveOfManyServers has each file on a server of its own: connections are kept open
// to the latest few, and no more than some wait for another request.
func TestKeepAliveOfManyServers(t *testing.T) {
	const servers, renewed, idle = 300, 16, 64
	bubble(t, func(f *fixture) {
		dial := f.anyHost()
		dialed := make(map[string]int)
		var mu sync.Mutex
		f.dialBy(func(ctx context.Context, network, address string) (net.Conn, error) {
			mu.Lock()
			dialed[address]++
			mu.Unlock()
			return dial(ctx, network, address)
		})
		for i := range servers {
			address := fmt.Sprintf("http://h%d.test/a", i)
			f.Download(Remote{Key: fmt.Sprint(i), Size: -1, Location: Location{URL: address}}).KeepAlive()
			time.Sleep(100 * time.Millisecond)
		}
		synctest.Wait()
		if n := f.origin.Stats().ConnsOpen; n > idle {
			t.Errorf("%d connections wait for a request, want %d at most", n, idle)
		}
		mu.Lock()
		clear(dialed)
		mu.Unlock()
		f.origin.Drop()
		time.Sleep(10 * time.Second)
		mu.Lock()
		defer mu.Unlock()
		if dialed[fmt.Sprintf("h%d.test:80", servers-1)] == 0 || len(dialed) != renewed {
			t.Errorf("renewed the connections to %d servers, want the latest %d", len(dialed), renewed)
		}
	}, file("a", mb))
}

// TestIdleConnectionsOfManyServers reads files from a server each: few connections stay open.
func TestIdleConnectionsOfManyServers(t *testing.T) {
	const servers, idle = 200, 64
	bubble(t, func(f *fixture) {
		f.dialBy(f.anyHost())
		for i := range servers {
			d := f.Download(Remote{Key: fmt.Sprint(i), Size: -1, Location: Location{URL: fmt.Sprintf("http://h%d.test/a", i)}})
			r := d.NewReader()
			if n, err := r.ReadAt(f.t.Context(), make([]byte, 1024), 0); n != 1024 || err != nil {
				f.t.Fatalf("read %d bytes, %v", n, err)
			}
			_ = r.Close()
			synctest.Wait()
		}
		if n := f.origin.Stats().ConnsOpen; n > idle {
			t.Errorf("%d connections are open, want %d at most", n, idle)
		}
	}, file("a", 4096))
}
