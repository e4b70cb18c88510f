package slots

import (
	"sync"
	"time"
)

const (
	// learntFor is how long the rates of one file count for the next of its host.
	learntFor = 5 * time.Minute

	// maxHosts is the number of hosts above which those are forgotten of which
	// nothing was learnt for learntFor.
	maxHosts = 1024

	// maxStreams is how many probes of a host are under way at a time on a
	// connection that carries many requests: as many as every server should allow
	// (RFC 9113 section 6.5.2), and as net/http asks of one that has not told.
	maxStreams = 100
)

// A Pace remembers what the connections to each host brought, and bounds the
// probes of each. The zero value is ready to use.
type Pace struct {
	mu sync.Mutex
	m  map[string]*hostPace // guarded by mu
}

type hostPace struct {
	probes  chan struct{} // holds an element for each probe that is under way
	per     float64       // bytes a second of one connection; 0 unknown
	carried int           // connections that the link carried, where it was too few; 0 unknown
	learnt  time.Time     // when per and carried were found out
}

func (p *Pace) with(name string, do func(*hostPace)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.m == nil {
		p.m = make(map[string]*hostPace)
	}
	if p.m[name] == nil {
		p.tidyLocked(time.Now())
		p.m[name] = &hostPace{probes: make(chan struct{}, maxStreams)}
	}
	do(p.m[name])
}

// tidyLocked forgets hosts whose rates are out of date, once there are many.
func (p *Pace) tidyLocked(now time.Time) {
	if len(p.m) < maxHosts {
		return
	}
	for name, h := range p.m {
		if len(h.probes) == 0 && now.Sub(h.learnt) > learntFor {
			delete(p.m, name)
		}
	}
}

// Probes returns a channel that holds an element for each probe under way at a
// host; its capacity is their bound.
func (p *Pace) Probes(name string) (probes chan struct{}) {
	p.with(name, func(h *hostPace) { probes = h.probes })
	return probes
}

// Learn remembers what a scaler has found out about a host.
func (p *Pace) Learn(name string, s *Scaler, now time.Time) {
	p.with(name, func(h *hostPace) {
		h.per, h.learnt = s.PerConnection, now
		if h.carried = 0; s.wary && now.Before(s.hold) {
			h.carried = s.Connections
		}
	})
}

// Teach gives a new scaler what was learnt a short while ago, so that it need not
// find it out again. A request to the host is answered after rtt.
func (p *Pace) Teach(name string, s *Scaler, missing int64, rtt time.Duration, now time.Time) {
	p.with(name, func(h *hostPace) {
		if s.PerConnection != 0 || h.per == 0 || now.Sub(h.learnt) > learntFor {
			return
		}
		s.PerConnection = h.per
		s.Connections = s.worth(missing, rtt)
		if h.carried > 0 {
			s.Connections, s.wary, s.hold = min(s.Connections, h.carried), true, h.learnt.Add(holdFor)
		}
	})
}
