package fetch

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// dialAgain is how long after a connection could not be opened none is opened
// but for a request.
const dialAgain = 30 * time.Second

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// A transport is a store's own. It counts its connections by the address that
// was dialed, those included that are being opened, so that it can tell whether
// there is one.
type transport struct {
	*http.Transport

	mu     sync.Mutex
	open   map[string]int
	failed map[string]time.Time // when the last could not be opened
}

// A countedConn is an open connection of a transport.
type countedConn struct {
	net.Conn
	gone func()
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	c.gone()
	return c.Conn.Close()
}

// dialing is the key of a context's func() to be called when a connection is
// being opened.
type dialing struct{}

// count returns dial with its connections counted.
func (t *transport) count(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		t.add(address, 1)
		if begun, ok := ctx.Value(dialing{}).(func()); ok {
			begun()
		}
		conn, err := dial(ctx, network, address)
		if err != nil {
			t.fail(address)
			return nil, err
		}
		return &countedConn{conn, sync.OnceFunc(func() { t.add(address, -1) })}, nil
	}
}

func (t *transport) add(address string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open[address] += n; t.open[address] == 0 {
		delete(t.open, address)
	}
}

func (t *transport) fail(address string) {
	t.add(address, -1)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed[address] = time.Now()
}

// claim counts a connection to an address if there is none and none has just
// failed, and reports whether it has.
func (t *transport) claim(address string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open[address] > 0 || time.Since(t.failed[address]) < dialAgain {
		return false
	}
	t.open[address] = 1
	return true
}

// Warm has a connection to the server be opened, to be there for the first
// request, if there is none and none has just failed. It returns at once, and
// nothing is asked of the server. It does nothing for a file that is complete or
// came with its location, where it is not known where the file is, for a transport
// that is not the store's own, and where a proxy is in between.
func (d *Download) Warm() {
	d.mu.Lock()
	loc, complete := d.location, d.state == Complete
	d.mu.Unlock()
	if loc = d.mirrored(loc); loc.URL != "" && loc.Content == nil && !complete {
		d.store.warm(loc)
	}
}

func (s *Store) warm(loc Location) {
	t, ours := s.opt.Transport.(*transport)
	req, err := http.NewRequestWithContext(s.ctx, http.MethodGet, loc.URL, nil)
	if !ours || err != nil {
		return
	}
	address := addressOf(req.URL)
	if proxy, err := t.Proxy(req); address == "" || proxy != nil || err != nil || !t.claim(address) {
		return
	}
	if !s.spawn(func() { t.connect(req); t.add(address, -1) }) {
		t.add(address, -1)
	}
}

// connect opens a connection. The request for it is called off as soon as that
// has begun: net/http goes on all the same, as a later request may be able to
// use the connection, and keeps it for one.
func (t *transport) connect(req *http.Request) {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	ctx = context.WithValue(ctx, dialing{}, func() { cancel() })
	if resp, err := t.RoundTrip(req.WithContext(ctx)); err == nil { // one has become free just now
		_ = resp.Body.Close()
	}
}

// addressOf returns what is dialed to reach the server of u; "" where nothing
// is.
func addressOf(u *url.URL) string {
	port := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	if port == "" || u.Hostname() == "" {
		return ""
	}
	if u.Port() != "" {
		port = u.Port()
	}
	return net.JoinHostPort(u.Hostname(), port)
}
