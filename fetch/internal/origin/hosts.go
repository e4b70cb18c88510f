package origin

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/internal/httprule"
)

// hosts is what a client has learnt of the servers that it talks to, by host and port.
type hosts struct {
	mu sync.Mutex
	m  map[string]*host
}

// A host is what is known of one server.
type host struct {
	broken      brokenRanges
	noIfRange   bool          // answers 200 to If-Range although nothing changed
	multiplexes bool          // one connection carries many requests at a time
	lengths     lengths       // whether the last answer told its file's
	news        chan struct{} // closed by a told length or a connection that multiplexes; nil if nobody has waited since
	rtt         time.Duration // from a request to its answer, smoothed; 0 unknown
}

// maxHosts is how many hosts are remembered.
const maxHosts = 1024

// forgetLocked makes room for one more host, since the facts can be learnt again.
// Those who wait for news no longer do.
func (h *hosts) forgetLocked() {
	if len(h.m) < maxHosts {
		return
	}
	for _, known := range h.m {
		known.notify()
	}
	clear(h.m)
}

func (h *hosts) with(name string, do func(*host)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.m == nil {
		h.m = make(map[string]*host)
	}
	if h.m[name] == nil {
		h.forgetLocked()
		h.m[name] = &host{}
	}
	do(h.m[name])
}

func (h *hosts) ignoresIfRange(name string) (yes bool) {
	h.with(name, func(h *host) { yes = h.noIfRange })
	return yes
}

// answered takes in how long a request took to be answered, and whether its
// connection can carry others meanwhile: by is the host that answered in the end, by
// which major version of HTTP.
func (h *hosts) answered(name string, took time.Duration, by string, major int) {
	h.with(name, func(h *host) {
		if by == name { // or it was redirected
			h.multiplexes = major >= 2
		}
		if h.multiplexes {
			h.notify()
		}
		if h.rtt == 0 || took < h.rtt {
			h.rtt = took
		} else {
			h.rtt += (took - h.rtt) / 8
		}
	})
}

func (h *hosts) rtt(name string) (rtt time.Duration) {
	h.with(name, func(h *host) { rtt = h.rtt })
	return rtt
}

// A lengths is whether a server tells how long its files are.
type lengths int

const (
	unasked lengths = iota
	told
	untold
)

// notify wakes those who wait for news.
func (h *host) notify() {
	if h.news != nil {
		close(h.news)
		h.news = nil
	}
}

// noteLength notes the length that a response told of its file, or -1.
func (h *hosts) noteLength(name string, length int64) {
	h.with(name, func(h *host) {
		if length < 0 {
			h.lengths = untold
			return
		}
		h.lengths = told
		h.notify()
	})
}

// meet returns a context for a request to a host by which it is seen, before the
// answer is there, whether the connection carries others meanwhile.
func (h *hosts) meet(ctx context.Context, name string) context.Context {
	var met bool
	h.with(name, func(h *host) { met = h.lengths != unasked && h.news == nil })
	if met {
		return ctx
	}
	seen := false // what follows may be where it was redirected to
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		c, secure := info.Conn.(*tls.Conn)
		if !seen && secure && c.ConnectionState().NegotiatedProtocol == "h2" {
			h.with(name, func(h *host) { h.multiplexes = true; h.notify() })
		}
		seen = true
	}})
}

// News returns a channel that is closed when a host has told a length, or a
// connection to it turned out to carry many requests at a time. It is nil where
// requests can be made at once: as many as there are turns, none of which opens
// a connection for nothing.
func (c *Client) News(name string) (news <-chan struct{}) {
	c.hosts.with(name, func(h *host) {
		if h.lengths == told && !h.multiplexes {
			return
		}
		if h.news == nil {
			h.news = make(chan struct{})
		}
		news = h.news
	})
	return news
}

// Multiplexes reports whether one connection to a host carries many requests at a
// time.
func (c *Client) Multiplexes(name string) (yes bool) {
	c.hosts.with(name, func(h *host) { yes = h.multiplexes })
	return yes
}

// IgnoresIfRange notes that the host of a location answers If-Range with the same
// file from its start. No condition is sent there any more.
func (c *Client) IgnoresIfRange(loc Location) {
	c.hosts.with(httprule.Host(loc.URL), func(h *host) { h.noIfRange = true })
}
