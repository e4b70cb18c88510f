package origin

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
)

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
