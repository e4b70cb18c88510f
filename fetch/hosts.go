package fetch

import (
	"net/http"
	"sync"
	"time"
)

// learntFor is how long what one file taught about a host is used for the next.
const learntFor = 5 * time.Minute

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
	heads       chan struct{} // an element for each head that is asked for
	rtt         time.Duration // from a request to its answer, smoothed; 0 unknown
	per         float64       // bytes a second of one connection; 0 unknown
	carried     int           // how many connections its link carried, where it was too few; 0 unknown
	learnt      time.Time     // when per and carried were found out
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

// heads returns what holds an element for each head that is asked for at a host.
func (h *hosts) heads(name string) (heads chan struct{}) {
	h.with(name, func(h *host) {
		if h.heads == nil {
			h.heads = make(chan struct{}, maxStreams)
		}
		heads = h.heads
	})
	return heads
}

// learn takes over what a scaler has found out.
func (h *hosts) learn(name string, s *scaler, now time.Time) {
	h.with(name, func(h *host) {
		h.per, h.learnt = s.per, now
		if h.carried = 0; s.wary && now.Before(s.hold) {
			h.carried = s.want
		}
	})
}

// teach gives a new scaler what was learnt not long ago, so that it need not
// find it out again.
func (h *hosts) teach(name string, s *scaler, missing int64, now time.Time) {
	h.with(name, func(h *host) {
		if s.per != 0 || h.per == 0 || now.Sub(h.learnt) > learntFor {
			return
		}
		s.per = h.per
		s.want = s.worth(missing, h.rtt)
		if h.carried > 0 {
			s.want, s.wary, s.hold = min(s.want, h.carried), true, h.learnt.Add(holdFor)
		}
	})
}
