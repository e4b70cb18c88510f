// Package netguard owns the connections to the servers of one catalog: to which
// addresses they may lead, and when one is given up.
//
// It must never know the protocol of a catalog, nor what is downloaded. Open
// network.go first; address.go has the table of local networks, alive.go the
// limits of a dead connection.
package netguard

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/hostport"
)

// dialTimeout is how long a connection may take to come about: time for three
// SYNs, and short of what a user without network is ready to wait.
const dialTimeout = 4 * time.Second

// A Network is the way to the servers of one catalog, its own and those that
// it names. A catalog on the Internet could name addresses behind the user's
// firewall, in its tracks or by redirects: those are refused when a connection
// is to be made, by the number that the name then has. A catalog that is
// itself at home may name what it likes, and so may one without a server.
type Network struct {
	home   string                                // the catalog's own host; "" if it has none
	Client *http.Client                          // for the catalog's calls
	named  func(*http.Request) (*url.URL, error) // the proxies of the environment

	mu      sync.Mutex      // guards proxies
	proxies map[string]bool // addresses that the user's environment names
}

// New returns the network of a catalog whose own host is home; "" if it
// has none.
func New(home string) *Network {
	n := &Network{home: home, named: http.ProxyFromEnvironment, proxies: map[string]bool{}}
	n.Client = &http.Client{Transport: retrier{&http.Transport{
		Proxy:               n.Proxy,
		DialContext:         n.Dial,
		ForceAttemptHTTP2:   true,
		HTTP2:               &pings,
		TLSHandshakeTimeout: 10 * time.Second,
		IdleConnTimeout:     90 * time.Second,
	}}}
	return n
}

// Close gives up the connections that wait for another call.
func (n *Network) Close() error {
	n.Client.CloseIdleConnections()
	return nil
}

// Dial opens a connection, for calls and for downloads. It fails with
// fetch.ErrDenied where it must not lead.
func (n *Network) Dial(ctx context.Context, kind, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	isOurs := err != nil || n.isOurs(host, address)
	dialer := net.Dialer{Timeout: dialTimeout, KeepAlive: -1, KeepAliveConfig: probes}
	dialer.ControlContext = func(ctx context.Context, _, number string, conn syscall.RawConn) error {
		if !isOurs {
			if err := n.check(ctx, number); err != nil {
				return err
			}
		}
		limit(conn)
		return nil
	}
	return dialer.DialContext(ctx, kind, address)
}

// isOurs reports whether the user named the address, and not the catalog.
func (n *Network) isOurs(host, address string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.home == "" || strings.EqualFold(host, n.home) || n.proxies[address]
}

// check fails if the catalog is on the Internet and number, an address with
// its port, is not.
func (n *Network) check(ctx context.Context, number string) error {
	at, err := netip.ParseAddrPort(number)
	if err == nil && isPublic(at.Addr()) {
		return nil
	}
	return n.checkLocal(ctx)
}

// checkLocal fails with fetch.ErrDenied if the catalog is on the Internet, and
// with another error if that cannot be told.
func (n *Network) checkLocal(ctx context.Context) error {
	isAtHome, err := n.isAtHome(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("cannot tell where the catalog is: %w", err)
	case !isAtHome:
		return fmt.Errorf("%w: a catalog on the Internet may not lead to an address of the local network", fetch.ErrDenied)
	}
	return nil
}

// isAtHome reports whether the catalog's own server is in the local network,
// by all the numbers that its name has.
func (n *Network) isAtHome(ctx context.Context) (bool, error) {
	numbers, err := net.DefaultResolver.LookupNetIP(ctx, "ip", n.home)
	return len(numbers) > 0 && !slices.ContainsFunc(numbers, isPublic), err
}

// Proxy returns the proxy of a request that the environment names, if any. What
// a proxy would connect to can only be told where the name tells it.
func (n *Network) Proxy(r *http.Request) (*url.URL, error) {
	through, err := n.named(r)
	if err != nil {
		return nil, err
	}
	to := hostport.Of(r.URL)
	if through != nil {
		n.mu.Lock()
		n.proxies[hostport.Of(through)] = true
		n.mu.Unlock()
	}
	if n.isLocal(to, through != nil) {
		if err := n.checkLocal(r.Context()); err != nil {
			return nil, err
		}
	}
	return through, nil
}

// isLocal reports whether a request must not go to an address unless the
// catalog is at home: it would go to a proxy, which dial lets pass, or by way
// of one to what is local by its name.
func (n *Network) isLocal(address string, byProxy bool) bool {
	host, _, err := net.SplitHostPort(address)
	n.mu.Lock()
	defer n.mu.Unlock()
	if err != nil || n.home == "" || strings.EqualFold(host, n.home) {
		return false
	}
	return n.proxies[address] || byProxy && isLocalName(host)
}
