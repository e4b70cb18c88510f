// Package netguard owns the connections to the servers of one catalog: to which
// addresses they may lead, and when one is given up.
//
// A catalog on the Internet could name addresses behind the user's firewall, in its
// tracks, by redirects, or by what its own name is in the DNS. So these are the
// rules, of which every address that is dialed is checked after its name was looked
// up, and again when the connection is there:
//
//   - A catalog is on the Internet once a connection to its own server led to a
//     public address, until the end of the mount. It then leads to no other address,
//     by whatever name, and connections that it has to others are closed.
//   - A catalog is at home if its own server was reached at another address, if it
//     has no server, or if the user says so. It may lead to the Internet and into the
//     local network.
//   - Until its own server was reached, a catalog may lead to public addresses, and
//     its own name anywhere. A track from a stored listing may be asked for before
//     that, in the local network, as a catalog on the Internet would have it. Then
//     the guard connects to the catalog's own server first, and gives up if it
//     cannot.
//   - If an earlier mount found the server on the Internet, what it told then is still
//     in the cache. Such a catalog reaches its own server at home, but no other one in
//     the local network, unless the user says that it is at home. The same holds for one
//     whose server has a public address of a network that this machine is in.
//   - A link-local address is reached only where the user typed it as the catalog's
//     server.
//
// No rule looks a name up a second time: who owns the name could say something else
// by then. Where a connection goes through a proxy of the user's environment, its
// address is the proxy's, so that the name alone decides. net/http uses a
// connection for one name and port only, be it HTTP/2, and no other catalog shares
// it.
//
// The package must never know the protocol of a catalog, nor what is downloaded.
// Open network.go first; dial.go makes connections and proxy.go checks those by a
// proxy. class.go has the rules as pure functions, guard.go what is known. address.go
// has the table of local networks, nearby.go those that this machine is in, name.go has
// the table of local names, and alive.go the
// limits of a dead connection.
package netguard

import (
	"cmp"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/internal/httprule"
	"github.com/tunesfs/tunesfs/internal/reach"
)

// Options say where a catalog is.
type Options struct {
	// Base is the address of the catalog's own server, of which the scheme and the
	// host count. Nil, or without a host: it has none.
	Base *url.URL

	// AtHome says that the server is in the local network, wherever its name leads.
	AtHome bool

	Log *slog.Logger // hears of guards that are down; nil: slog.Default
}

// maxConns is how many connections the calls of a catalog have to one host at a time.
// Programs that look into many folders at once make as many calls.
const maxConns = 16

// maxIdle is how many connections for calls stay open that no call uses, to all hosts
// together.
const maxIdle = 64

// A Network is the way to the servers of one catalog, its own and those that
// it names.
type Network struct {
	Client *http.Client // for the catalog's calls

	base  *url.URL
	guard guard
	named func(*http.Request) (*url.URL, error) // the proxies of the environment

	mu      sync.Mutex      // guards what follows
	proxies map[string]bool // addresses that the user's environment names
	attempt *attempt        // that is under way, or nil
}

// New returns the network of a catalog.
func New(opt Options) *Network {
	n := &Network{base: opt.Base, named: http.ProxyFromEnvironment, proxies: map[string]bool{}}
	if n.base == nil {
		n.base = &url.URL{}
	}
	typed, _ := netip.ParseAddr(n.base.Hostname())
	near := &surroundings{ask: net.InterfaceAddrs, log: cmp.Or(opt.Log, slog.Default())}
	n.guard = guard{typed: typed.Unmap(), near: near, local: map[*localConn]struct{}{}, note: func() {}}
	n.guard.class, n.guard.fixed = classOf(opt, n.guard.typed, near.now())
	n.Client = &http.Client{Transport: retrier{reach.New(&http.Transport{
		Proxy:                  n.Proxy,
		DialContext:            n.Dial,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &pings,
		TLSHandshakeTimeout:    10 * time.Second,
		IdleConnTimeout:        90 * time.Second,
		MaxConnsPerHost:        maxConns,
		MaxIdleConns:           maxIdle,
		MaxResponseHeaderBytes: httprule.MaxHeader,
	})}}
	return n
}

// Remember tells the network whether an earlier mount found the catalog's server at a
// public address. note is called when this one does, before a byte comes from there.
// The caller does so before the first connection.
func (n *Network) Remember(wasPublic bool, note func()) {
	n.guard.mu.Lock()
	defer n.guard.mu.Unlock()
	n.guard.wasPublic, n.guard.note = wasPublic, sync.OnceFunc(note)
}

// Close gives up the connections that wait for another call.
func (n *Network) Close() error {
	n.Client.CloseIdleConnections()
	return nil
}

// isOwn reports whether a host is the catalog's own, by its name or number.
func (n *Network) isOwn(host string) bool {
	own := n.base.Hostname()
	if number, err := netip.ParseAddr(host); err == nil {
		return number.Unmap() == n.guard.typed
	}
	return own != "" && strings.EqualFold(bareName(host), bareName(own))
}
