package netguard

import (
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
)

// A guard knows the class of a catalog, and the connections that it allowed only
// because of that.
type guard struct {
	typed netip.Addr // the number in the place of the server's name; the zero Addr if there is none
	fixed bool       // the class never changes
	near  *surroundings

	mu        sync.Mutex // guards what follows
	class     class
	local     map[*localConn]struct{} // open connections to addresses that are not public
	wasPublic bool
	note      func() // notes that the server has a public address
}

// A localConn is a connection to an address that is not public.
type localConn struct {
	*net.TCPConn
	closed func()
}

// Close implements net.Conn.
func (c *localConn) Close() error {
	c.closed()
	return c.TCPConn.Close()
}

// check returns why a connection to number, an address with its port, must not be
// made now, as class.judge does.
func (g *guard) check(own bool, number string) error {
	at, err := netip.ParseAddrPort(number)
	if err != nil {
		return errAbroad
	}
	near := g.near.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.class.judge(own, g.typed, at.Addr(), near)
}

// known reports whether the class is known.
func (g *guard) known() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.class != unknown
}

// admit returns a connection that has just come about, unless it must not be used
// any more. One to the catalog's own server may change the class.
func (g *guard) admit(own bool, conn net.Conn) (net.Conn, error) {
	remote, isTCP := conn.RemoteAddr().(*net.TCPAddr)
	tcp, ok := conn.(*net.TCPConn)
	if !isTCP || !ok {
		conn.Close()
		return nil, errAbroad
	}
	at, near := remote.AddrPort().Addr(), g.near.now()
	if own {
		g.connected(classAt(at, near))
	}
	g.mu.Lock()
	err := g.class.judge(own, g.typed, at, near)
	if err == nil && !isPublic(at, near) {
		conn = g.trackLocked(tcp)
	}
	g.mu.Unlock()
	if err != nil {
		conn.Close()
		return nil, &net.OpError{Op: "dial", Net: remote.Network(), Addr: remote, Err: err}
	}
	return conn, nil
}

// trackLocked has a connection closed once the catalog turns out to have a public
// address.
func (g *guard) trackLocked(tcp *net.TCPConn) net.Conn {
	c := &localConn{TCPConn: tcp}
	c.closed = func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.local, c)
	}
	g.local[c] = struct{}{}
	return c
}

// connected notes that the catalog's own server was reached, at an address of the class
// found. If the catalog may lead to less from now on, every connection into the local
// network is closed, since a request would use it again.
func (g *guard) connected(found class) {
	if g.fixed {
		return
	}
	g.mu.Lock()
	before := g.class
	g.class = before.connected(found, g.wasPublic)
	var local []*localConn
	if g.class == public || g.class != before && before == home {
		local = slices.Collect(maps.Keys(g.local))
	}
	note := g.note
	g.mu.Unlock()
	for _, c := range local {
		c.Close()
	}
	if found != home {
		note()
	}
}
