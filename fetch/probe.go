package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"iter"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tunesfs/tunesfs/internal/httprule"
)

const (
	// maxProbes is how many probes wait or are under way at a time.
	maxProbes = 128

	// firstProbe is how long the probes of a host wait for the one that goes ahead.
	firstProbe = time.Second
)

// Probe asks for the lengths of files where they are not known, of many at a
// time, and returns when it is through with all, or ctx has ended. failed is
// called for each length that could not be learnt before, possibly from several
// goroutines at once.
//
// No download is started where a server does not tell, which is ErrUntold; where
// it did not tell the first of a host's files it may not be asked for the others.
// The first goes ahead: the others follow when it was told, or has a connection
// that does for all.
func (s *Store) Probe(ctx context.Context, files iter.Seq[*Download], failed func(*Download, error)) {
	var all errgroup.Group
	all.SetLimit(maxProbes)
	queues := map[string]*probeQueue{} // by host
	for d := range files {
		if ctx.Err() != nil {
			break
		}
		if d.Status().Size >= 0 {
			continue
		}
		host := d.locatedAt()
		q, first := queues[host], false
		if q == nil {
			q, first = s.hosts.newProbeQueue(ctx, host), true
			queues[host] = q
			q.lead <- struct{}{}
		}
		all.Go(func() error {
			if err := q.probe(ctx, d, first); err != nil {
				failed(d, err)
			}
			return nil
		})
	}
	_ = all.Wait() // failed was told
	for _, q := range queues {
		q.letGo()
	}
}

// locatedAt returns the host that the file was last seen at; "" if it was not, or
// came with its location.
func (d *Download) locatedAt() (host string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.location.Content != nil {
		return ""
	}
	return httprule.Host(d.location.URL)
}

// A probeQueue is the probes of one host: one goes ahead of the others.
type probeQueue struct {
	lead   chan struct{}   // holds an element while one does
	closed context.Context // ends when all may go: by letGo, or after firstProbe
	letGo  context.CancelFunc
	news   <-chan struct{} // closed when the host has news: all may go
	silent atomic.Bool     // who went ahead last was told nothing
}

func (h *hosts) newProbeQueue(ctx context.Context, name string) *probeQueue {
	q := &probeQueue{lead: make(chan struct{}, 1)}
	q.closed, q.letGo = context.WithTimeout(ctx, firstProbe)
	if q.news = h.awaitNews(name); q.news == nil {
		q.letGo()
	}
	return q
}

// probe probes d, at once or after others; ahead is whether it goes ahead.
func (q *probeQueue) probe(ctx context.Context, d *Download, ahead bool) error {
	if !ahead {
		ahead = q.wait()
	}
	if ahead {
		defer func() { <-q.lead }()
	}
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case ahead && q.silent.Load() || d.isSilent():
		return ErrUntold
	}
	_, err := d.learnSize(ctx, true)
	if ahead && err == nil {
		q.letGo()
	}
	if ahead {
		q.silent.Store(errors.Is(err, ErrUntold))
	}
	return err
}

// wait waits until all may go, or the caller is to go ahead.
func (q *probeQueue) wait() (ahead bool) {
	select { // before it comes to chance
	case <-q.closed.Done():
		return false
	case <-q.news:
		return false
	default:
	}
	select {
	case <-q.closed.Done():
	case <-q.news:
	case q.lead <- struct{}{}:
		return true
	}
	return false
}

// isSilent reports whether the remote is known not to tell.
func (d *Download) isSilent() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.untold()
}

// A lengths is whether a server tells how long its files are.
type lengths int

const (
	unasked lengths = iota
	told
	untold
)

// awaitNews returns what is closed when a host has told a length, or a
// connection to it turned out to carry many requests at a time. It is nil where
// requests can be made at once: as many as there are turns, none of which opens
// a connection for nothing.
func (h *hosts) awaitNews(name string) (news <-chan struct{}) {
	h.with(name, func(h *host) {
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

// announce wakes those who wait for news.
func (h *host) announce() {
	if h.news != nil {
		close(h.news)
		h.news = nil
	}
}

// tell takes in the length that an answer told of its file, or -1.
func (h *hosts) tell(name string, length int64) {
	h.with(name, func(h *host) {
		if length < 0 {
			h.lengths = untold
			return
		}
		h.lengths = told
		h.announce()
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
			h.with(name, func(h *host) { h.multiplexes = true; h.announce() })
		}
		seen = true
	}})
}
