package fetchtest

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
)

// A pipeListener accepts connections made of net.Pipe: no sockets, and in a
// bubble of testing/synctest every wait on them is a durable one.
type pipeListener struct {
	addr   pipeAddr
	queue  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

type pipeAddr string

func (pipeAddr) Network() string  { return "pipe" }
func (a pipeAddr) String() string { return string(a) }

func newPipeListener(host string) *pipeListener {
	return &pipeListener{addr: pipeAddr(host), queue: make(chan net.Conn), closed: make(chan struct{})}
}

// Accept returns the server's end of the next connection.
func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.queue:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close refuses connections from now on.
func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr returns the host name that the origin goes by.
func (l *pipeListener) Addr() net.Addr { return l.addr }

func (l *pipeListener) dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	broken := new(atomic.Bool)
	var err error
	select {
	case l.queue <- &pipeServer{server, broken}:
		return &pipeClient{client, broken}, nil
	case <-l.closed:
		err = syscall.ECONNREFUSED
	case <-ctx.Done():
		err = ctx.Err()
	}
	return nil, errors.Join(&net.OpError{Op: "dial", Net: "pipe", Addr: l.addr, Err: err}, client.Close(), server.Close())
}

// pipeServer and pipeClient are two ends that know of a reset.
type (
	pipeServer struct {
		net.Conn
		broken *atomic.Bool
	}
	pipeClient struct {
		net.Conn
		broken *atomic.Bool
	}
)

// SetLinger makes the coming Close a reset, as that of a net.TCPConn would.
func (c *pipeServer) SetLinger(int) error {
	c.broken.Store(true)
	return nil
}

// Read fails with ECONNRESET once the other end was reset.
func (c *pipeClient) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if errors.Is(err, io.EOF) && c.broken.Load() {
		err = &net.OpError{Op: "read", Net: "pipe", Addr: c.RemoteAddr(), Err: syscall.ECONNRESET}
	}
	return n, err
}
