package fetch

import (
	"context"
	"crypto/tls"
	"iter"
	"net/http/httptrace"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// maxProbes is how many probes wait or are under way at a time.
	maxProbes = 128

	// firstProbe is how long probes of a host wait for the one that goes ahead.
	firstProbe = time.Second
)

// Probe asks for the lengths of files where they are not known, of many at a
// time, and returns when it is through with all. It is told of none that failed
// but by failed, which may be called from several goroutines at once.
//
// It starts no download where a remote does not tell, which is ErrUntold. Of the
// files of a host of which nothing is known the first is asked for first: the
// others wait until it is seen whether the server tells, or that one connection
// does for all.
func (s *Store) Probe(ctx context.Context, files iter.Seq[*Download], failed func(*Download, error)) {
	var all errgroup.Group
	all.SetLimit(maxProbes)
	firsts := map[string]*first{}
	for d := range files {
		if ctx.Err() != nil {
			break
		}
		if d.Status().Size >= 0 {
			continue
		}
		host := d.locatedAt()
		ahead := firsts[host]
		mine := ahead == nil
		if mine {
			ahead = &first{d: d, news: s.hosts.awaitNews(host), ended: make(chan struct{})}
			firsts[host] = ahead
		}
		all.Go(func() error {
			if mine {
				defer close(ahead.ended)
			} else if ahead.wait(ctx); s.hosts.silent(ahead.d.locatedAt()) {
				failed(d, ErrUntold)
				return nil
			}
			if _, err := d.learnSize(ctx, false); err != nil {
				failed(d, err)
			}
			return nil
		})
	}
	_ = all.Wait() // failed was told
}

// locatedAt returns the host that the file was last seen at.
func (d *Download) locatedAt() (host string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return hostOf(d.location.URL)
}

// A first is the probe that goes ahead of others at a host.
type first struct {
	d     *Download
	news  <-chan struct{} // closed when something is learnt of the host; nil: enough is known
	ended chan struct{}
}

// wait waits until the others may follow.
func (f *first) wait(ctx context.Context) {
	if f.news == nil {
		return
	}
	patience, cancel := context.WithTimeout(ctx, firstProbe)
	defer cancel()
	select {
	case <-f.news:
	case <-f.ended:
	case <-patience.Done():
	}
}

// Whether a server tells how long its files are.
const (
	unasked = iota
	told
	untold
)

// awaitNews returns what is closed when it is learnt whether the server tells how
// long its files are, or that a connection to it carries many requests. It is nil
// where there is no need to know more.
func (h *hosts) awaitNews(name string) (news <-chan struct{}) {
	h.with(name, func(h *host) {
		if h.sizes == told || h.sizes == unasked && h.multiplexes {
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
func (h *hosts) tell(name string, size int64) {
	h.with(name, func(h *host) {
		if h.sizes = untold; size >= 0 {
			h.sizes = told
		}
		h.announce()
	})
}

// meet returns a context for a request to a host by which it is seen, before the
// answer is there, whether the connection carries others meanwhile.
func (h *hosts) meet(ctx context.Context, name string) context.Context {
	met := true
	if h.with(name, func(h *host) { met = h.sizes != unasked || h.multiplexes }); met {
		return ctx
	}
	carries, first := false, true // the second is where it was redirected to
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			c, secure := info.Conn.(*tls.Conn)
			carries = first && secure && c.ConnectionState().NegotiatedProtocol == "h2"
			first = false
		},
		WroteRequest: func(httptrace.WroteRequestInfo) { // only by now does net/http share it
			if carries {
				h.with(name, func(h *host) { h.multiplexes = true; h.announce() })
			}
		},
	})
}

func (h *hosts) silent(name string) (yes bool) {
	h.with(name, func(h *host) { yes = h.sizes == untold })
	return yes
}
