package netguard

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/hostport"
)

// dialTimeout is how long a connection may take to come about: time for three
// SYNs, and short of what a user without network is ready to wait.
const dialTimeout = 4 * time.Second

// errSilent is that a server was not reached at an address that is allowed. Another
// attempt may reach it.
var errSilent = errors.New("the server is not reached at its public address")

// Dial opens a connection, for calls and for downloads. It fails with
// fetch.ErrDenied where it must not lead.
func (n *Network) Dial(ctx context.Context, kind, address string) (net.Conn, error) {
	conn, undecided, err := n.dial(ctx, kind, address)
	if err == nil || !undecided {
		return conn, err
	}
	if err := n.findServer(ctx); err != nil {
		return nil, err
	}
	conn, _, err = n.dial(ctx, kind, address)
	return conn, err
}

// dial opens a connection by what is known now. undecided is whether an address
// was left out because the class is not known.
func (n *Network) dial(ctx context.Context, kind, address string) (conn net.Conn, undecided bool, err error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, false, &net.OpError{Op: "dial", Net: kind, Err: err}
	}
	byProxy, own := n.isProxy(address), n.isOwn(host)
	var left, tried atomic.Bool
	dialer := net.Dialer{Timeout: dialTimeout, KeepAlive: -1, KeepAliveConfig: probes}
	dialer.ControlContext = func(_ context.Context, _, number string, conn syscall.RawConn) error {
		if !byProxy {
			if err := n.guard.check(own, number); err != nil {
				left.Store(left.Load() || errors.Is(err, errUnknown))
				return err
			}
		}
		tried.Store(true)
		limit(conn)
		return nil
	}
	conn, err = dialer.DialContext(ctx, kind, address)
	switch {
	case err == nil && !byProxy:
		conn, err = n.guard.admit(own, conn)
	case errors.Is(err, fetch.ErrDenied) && tried.Load(): // net has the error of one address only
		err = &net.OpError{Op: "dial", Net: kind, Err: errSilent}
	}
	return conn, left.Load(), err
}

// An attempt finds out the class of the catalog.
type attempt struct {
	done  chan struct{}
	err   error // once done
	ended bool  // its caller left before, which says nothing of the server; once done
}

// findServer finds out the class of the catalog, by a connection to its own server. It
// fails if that cannot be made. Callers share an attempt that is under way.
func (n *Network) findServer(ctx context.Context) error {
	for {
		n.mu.Lock()
		a := n.attempt
		if a == nil {
			a = &attempt{done: make(chan struct{})}
			n.attempt = a
			n.mu.Unlock()
			return n.carryOut(ctx, a)
		}
		n.mu.Unlock()
		select {
		case <-a.done:
			if a.err == nil || !a.ended {
				return a.err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// carryOut makes an attempt, and ends it.
func (n *Network) carryOut(ctx context.Context, a *attempt) error {
	if !n.guard.known() {
		a.err = n.connect(ctx)
		a.ended = ctx.Err() != nil
	}
	n.mu.Lock()
	n.attempt = nil
	n.mu.Unlock()
	close(a.done)
	return a.err
}

// connect makes a connection to the catalog's own server. Where a proxy would, the
// server's name decides.
func (n *Network) connect(ctx context.Context) error {
	through, err := n.named(&http.Request{URL: n.base})
	if err == nil && through != nil {
		n.guard.connected(classNamed(n.base.Hostname(), n.guard.near.now()))
		return nil
	}
	var conn net.Conn
	if err == nil {
		conn, _, err = n.dial(ctx, "tcp", hostport.Of(n.base))
	}
	if err != nil {
		return fmt.Errorf("cannot tell where the catalog is: %w", err)
	}
	return conn.Close()
}
