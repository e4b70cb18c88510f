package fetch

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
)

// A proxy leads everybody who asks for any host to one origin, by requests or
// by tunnels.
type proxy struct {
	*httptest.Server
	to      string
	tunnels atomic.Int64
	plain   atomic.Int64
	refuse  atomic.Bool
	cut     atomic.Int64 // how many tunnels and answers are cut early
	client  http.Transport
	running sync.WaitGroup

	mu     sync.Mutex // guards closed
	closed bool       // no tunnel begins
}

func newProxy(t *testing.T, o *fetchtest.Origin) *proxy {
	p := &proxy{to: o.Host()}
	p.client.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", p.to)
	}
	p.Server = httptest.NewServer(p)
	t.Cleanup(func() {
		p.mu.Lock()
		p.closed = true
		p.mu.Unlock()
		p.CloseClientConnections()
		p.Close()
		p.client.CloseIdleConnections()
		p.running.Wait()
	})
	return p
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case p.refuse.Load():
		w.WriteHeader(http.StatusProxyAuthRequired)
	case r.Method == http.MethodConnect:
		p.tunnels.Add(1)
		p.tunnel(w, r)
	default:
		p.plain.Add(1)
		p.forward(w, r)
	}
}

// most returns how much may pass before a connection is cut.
func (p *proxy) most() int64 {
	if p.cut.Add(-1) >= 0 {
		return 100_000
	}
	return 1 << 40
}

func (p *proxy) forward(w http.ResponseWriter, r *http.Request) {
	r.RequestURI = ""
	resp, err := p.client.RoundTrip(r)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	for name, values := range resp.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(resp.StatusCode)
	n := p.most()
	if sent, _ := io.Copy(w, io.LimitReader(resp.Body, n)); sent == n {
		panic(http.ErrAbortHandler)
	}
}

func (p *proxy) tunnel(w http.ResponseWriter, r *http.Request) {
	up, err := new(net.Dialer).DialContext(r.Context(), "tcp", p.to)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusOK)
	down, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		_ = up.Close()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		_, _ = up.Close(), down.Close()
		return
	}
	p.running.Go(func() { _, _ = io.Copy(up, down); _ = up.Close() })
	p.running.Go(func() { _, _ = io.Copy(down, io.LimitReader(up, p.most())); _ = down.Close() })
}

// TestProxy fetches through proxies, plainly and by tunnels: from a good one,
// one that cuts connections, and one that lets nobody through at first.
func TestProxy(t *testing.T) {
	for name, start := range map[string]func(testing.TB, ...fetchtest.File) *fetchtest.Origin{"plain": fetchtest.New, "tunnel": fetchtest.NewTLS} {
		t.Run(name, func(t *testing.T) {
			o := start(t, file("a", 2*mb))
			p := newProxy(t, o)
			at, err := url.Parse(p.URL)
			if err != nil {
				t.Fatal(err)
			}
			transport := origin.NewTransport(origin.Options{Proxy: http.ProxyURL(at), Connections: 4})
			transport.TLSClientConfig = o.Transport().TLSClientConfig
			f := newFixture(t, o)
			f.opt.Transport = transport
			f.opt.Locate = func(context.Context, string) (Location, error) {
				u, err := url.Parse(o.URL("a"))
				u.Host = "music.test"
				return Location{URL: u.String()}, err
			}
			f.reopen()
			p.refuse.Store(true)
			if err := f.attempt(f.reader("a"), 0, 10); !errors.Is(err, ErrDenied) {
				t.Errorf("refused: %v", err)
			}
			p.refuse.Store(false)
			time.Sleep(failedRest) // the clock is what makes it try again
			p.cut.Store(2)
			f.readAll("a")
			if n := p.plain.Load() + p.tunnels.Load(); n == 0 || (p.tunnels.Load() > 0) != (name == "tunnel") {
				t.Errorf("%d requests, %d tunnels", p.plain.Load(), p.tunnels.Load())
			}
		})
	}
}

// TestProxyFromEnvironment has another process fetch through the proxy that its
// environment names, from a host that only the proxy knows.
func TestProxyFromEnvironment(t *testing.T) {
	o := fetchtest.New(t, file("a", mb))
	p := newProxy(t, o)
	for _, name := range []string{"NO_PROXY", "no_proxy", "http_proxy"} {
		t.Setenv(name, "") // sets it back in the end
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HTTP_PROXY", p.URL)
	dir := t.TempDir()
	kill := child(t, dir, "http://music.test/a", "start")
	defer kill()
	if err := o.WaitSent(t.Context(), mb); err != nil {
		t.Fatal(err)
	}
	if p.plain.Load() == 0 {
		t.Error("nothing came through the proxy")
	}
}
