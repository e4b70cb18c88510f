package origin

import (
	"context"
	"maps"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/internal/httprule"
	"github.com/tunesfs/tunesfs/internal/reach"
)

const (
	dialTimeout = 4 * time.Second // time for three SYNs
	tlsTimeout  = 10 * time.Second
	idleTimeout = 90 * time.Second // how long a connection that no request uses stays open

	// maxIdle is how many connections that no request uses stay open, to all hosts together:
	// a catalog may have each of its tracks on a host of its own.
	maxIdle = 64

	// maxFailed is how many addresses are remembered that could not be dialed.
	maxFailed = 1000

	// dialAgain is how long after a connection could not be opened none is opened
	// but for a request.
	dialAgain = 30 * time.Second
)

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// A Transport is a client's own. It counts its connections by the address that
// was dialed, those included that are being opened, so that it can tell whether
// there is one.
type Transport struct {
	*reach.Transport

	mu         sync.Mutex
	conns      map[string]int
	failed     map[string]time.Time  // when the last could not be opened, if that is not long ago
	keepAlives map[string]*keepAlive // addresses that a connection is kept open to, maxKeepAlives at most
}

// A countedConn is an open connection of a Transport.
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
// being opened. The connection is there when that has returned.
type dialing struct{}

// count returns dial with its connections counted.
func (t *Transport) count(dial dialFunc) dialFunc {
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

// add counts connections that are opened, or closed. Whoever keeps one open is
// told when the last has gone.
func (t *Transport) add(address string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.conns[address] += n; t.conns[address] > 0 {
		return
	}
	delete(t.conns, address)
	if k := t.keepAlives[address]; k != nil {
		select {
		case k.lost <- struct{}{}:
		default:
		}
	}
}

func (t *Transport) fail(address string) {
	t.add(address, -1)
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(t.failed, func(_ string, at time.Time) bool { return now.Sub(at) >= dialAgain })
	if len(t.failed) >= maxFailed {
		clear(t.failed)
	}
	t.failed[address] = now
}

// NewTransport returns the transport of a client that was given none. Nil for Dial
// is a net.Dialer, nil for Proxy is http.ProxyFromEnvironment.
func NewTransport(opt Options) *Transport {
	if opt.Dial == nil {
		opt.Dial = newDialer().DialContext
	}
	if opt.Proxy == nil {
		opt.Proxy = http.ProxyFromEnvironment
	}
	t := &Transport{conns: make(map[string]int), failed: make(map[string]time.Time), keepAlives: make(map[string]*keepAlive)}
	t.Transport = reach.New(&http.Transport{
		Proxy:                  opt.Proxy,
		DialContext:            t.count(opt.Dial),
		TLSHandshakeTimeout:    tlsTimeout,
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    opt.Connections,
		MaxConnsPerHost:        opt.Connections, // those that are being closed count too
		IdleConnTimeout:        idleTimeout,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: httprule.MaxHeader,
		DisableCompression:     true, // a compressed range cannot be put together
		ForceAttemptHTTP2:      true,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
			if resp.StatusCode != http.StatusOK {
				return readFields(resp.Header, time.Now()).statusError(resp.StatusCode) // net/http's own has words only
			}
			return nil
		},
	})
	return t
}

// newDialer returns the dialer of a client that was given none.
func newDialer() *net.Dialer { return &net.Dialer{Timeout: dialTimeout} }

// A keepAlive connection is renewed while its server is in use.
type keepAlive struct {
	until time.Time     // guarded by the transport's mu
	lost  chan struct{} // an element when there may be none
	ended chan struct{} // closed when others took its place
}
