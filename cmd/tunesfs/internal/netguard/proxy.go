package netguard

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"

	"github.com/tunesfs/tunesfs/internal/hostport"
)

// Proxy returns the proxy of a request that the environment names, if any. It fails
// with fetch.ErrDenied where the request must not go. net/http asks for it before
// each request, so that no connection that it keeps leads around the rules.
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
		err = n.checkName(r.Context(), to)
	} else if n.isProxy(to) { // which dial lets pass
		err = n.checkLocal(r.Context(), to)
	}
	if err != nil {
		return nil, err
	}
	return through, nil
}

// isProxy reports whether the user's environment names an address.
func (n *Network) isProxy(address string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.proxies[address]
}

// checkName returns why a request must not go through a proxy. The connection to
// the server is the proxy's, so that the server's name decides.
func (n *Network) checkName(ctx context.Context, address string) error {
	host, _, err := net.SplitHostPort(address)
	switch {
	case err != nil:
		return nil // net/http has an error for it
	case n.isOwn(host):
		n.guard.connected(classNamed(host, n.guard.near.now()))
		return nil
	case isLinkLocalName(host):
		return errLinkLocal
	case isLocalName(host, n.guard.near.now()):
		return n.checkLocal(ctx, address)
	}
	return nil
}

// checkLocal returns why a request must not go to a server of the local network
// whose address is not known.
func (n *Network) checkLocal(ctx context.Context, address string) error {
	host, _, _ := net.SplitHostPort(address)
	own := n.isOwn(host)
	err := n.guard.check(own, localAddress)
	if !errors.Is(err, errUnknown) {
		return err
	}
	if err := n.findServer(ctx); err != nil {
		return err
	}
	return n.guard.check(own, localAddress)
}

// localAddress stands for an address of the local network that is not known.
const localAddress = "127.0.0.1:0"
