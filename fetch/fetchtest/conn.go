package fetchtest

import (
	"context"
	"crypto/tls"
	"io"
	"maps"
	"net"
	"slices"
	"sync"
	"time"
)

// A conn is the server's end of a connection.
type conn struct {
	net.Conn
	id     int64
	since  time.Time // when it was opened
	lane   lane      // guarded by the shaper
	closed func()
	once   sync.Once
}

// ReadFrom lets a file be sent without a copy where the connection can.
func (c *conn) ReadFrom(r io.Reader) (int64, error) { return io.Copy(c.Conn, r) }

// Close closes the connection in order.
func (c *conn) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.closed)
	return err
}

// reset closes the connection so that the client's next read fails.
func (c *conn) reset() {
	if r, ok := c.Conn.(interface{ SetLinger(sec int) error }); ok {
		_ = r.SetLinger(0) // if it fails the client sees an end that is too early: a fault as well
	}
	_ = c.Close()
}

// A listener hands out conns, counts them, and refuses those over the limit.
type listener struct {
	net.Listener
	origin *Origin
}

// Accept returns the next connection that is within the limit.
func (l listener) Accept() (net.Conn, error) {
	for {
		nc, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		id, ok := l.origin.ledger.admit(l.origin.shaper.get())
		if !ok {
			(&conn{Conn: nc, closed: func() {}}).reset()
			continue
		}
		return l.origin.track(nc, id), nil
	}
}

// track makes nc one of the origin's connections until it is closed.
func (o *Origin) track(nc net.Conn, id int64) *conn {
	c := &conn{Conn: nc, id: id, since: time.Now()}
	c.closed = func() {
		o.mu.Lock()
		delete(o.conns, c)
		o.mu.Unlock()
		o.ledger.hungUp()
	}
	o.mu.Lock()
	o.conns[c] = true
	closed := o.closed
	o.mu.Unlock()
	if closed { // accepted while Close went through the others
		_ = c.Close()
	}
	return c
}

// Drop resets every connection that is open now, as a server that restarts.
func (o *Origin) Drop() {
	for _, c := range o.open() {
		c.reset()
	}
}

func (o *Origin) open() []*conn {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Collect(maps.Keys(o.conns))
}

type connKey struct{}

// withConn is the http.Server's ConnContext: handlers find the conn there.
func withConn(ctx context.Context, nc net.Conn) context.Context {
	if t, ok := nc.(*tls.Conn); ok {
		nc = t.NetConn()
	}
	return context.WithValue(ctx, connKey{}, nc)
}

// connOf returns the connection a request came by, or nil.
func connOf(ctx context.Context) *conn {
	c, _ := ctx.Value(connKey{}).(*conn)
	return c
}
