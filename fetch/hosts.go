package fetch

import (
	"net/http"
	"sync"
	"time"
)

// hosts is what a store has learnt of the servers it talks to.
type hosts struct {
	mu sync.Mutex
	m  map[string]*host
}

// A host is what is known of one server.
type host struct {
	distrusted  bool          // answers 200 to If-Range although nothing changed
	multiplexes bool          // one connection carries many requests at a time
	lengths     lengths       // whether the last answer told its file's
	news        chan struct{} // closed by a told length or a connection that multiplexes; nil if nobody has waited since
	rtt         time.Duration // from a request to its answer, smoothed; 0 unknown
}

func (h *hosts) with(name string, do func(*host)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.m == nil {
		h.m = make(map[string]*host)
	}
	if h.m[name] == nil {
		h.m[name] = &host{}
	}
	do(h.m[name])
}

func (h *hosts) distrust(name string) { h.with(name, func(h *host) { h.distrusted = true }) }

func (h *hosts) trusts(name string) (yes bool) {
	h.with(name, func(h *host) { yes = !h.distrusted })
	return yes
}

// answered takes in how long a request took to be answered, and whether its
// connection can carry others meanwhile.
func (h *hosts) answered(name string, took time.Duration, resp *http.Response) {
	h.with(name, func(h *host) {
		if resp.Request.URL.Host == name { // or it was redirected
			h.multiplexes = resp.ProtoMajor >= 2
		}
		if h.multiplexes {
			h.announce()
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

func (h *hosts) multiplexes(name string) (yes bool) {
	h.with(name, func(h *host) { yes = h.multiplexes })
	return yes
}
