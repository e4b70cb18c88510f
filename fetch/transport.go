package fetch

import (
	"context"
	"maps"
	"net"
	"net/http"
	"sync"
	"time"
)

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// A transport is a store's own. It counts its connections by the address that
// was dialed, those included that are being opened, so that it can tell whether
// there is one.
type transport struct {
	*http.Transport

	mu     sync.Mutex
	open   map[string]int
	failed map[string]time.Time // when the last could not be opened, if that is not long ago
	kept   map[string]*kept     // addresses that a connection is kept open to
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
// being opened. The connection is there when that has returned.
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

// add counts connections that are opened, or closed. Whoever keeps one open is
// told when the last has gone.
func (t *transport) add(address string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open[address] += n; t.open[address] > 0 {
		return
	}
	delete(t.open, address)
	if k := t.kept[address]; k != nil {
		select {
		case k.lost <- struct{}{}:
		default:
		}
	}
}

func (t *transport) fail(address string) {
	t.add(address, -1)
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(t.failed, func(_ string, at time.Time) bool { return now.Sub(at) >= dialAgain })
	t.failed[address] = now
}
