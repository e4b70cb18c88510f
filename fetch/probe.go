package fetch

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
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
		d.mu.Lock()
		host := d.source.host()
		size, _ := d.content.shown(d.listed)
		d.mu.Unlock()
		if size >= 0 {
			continue
		}
		q, first := queues[host], false
		if q == nil {
			q, first = newProbeQueue(ctx, s.origin.News(host)), true
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

// A probeQueue is the probes of one host: one goes ahead of the others.
type probeQueue struct {
	lead   chan struct{}   // holds an element while one does
	closed context.Context // ends when all may go: by letGo, or after firstProbe
	letGo  context.CancelFunc
	news   <-chan struct{} // closed when the host has news: all may go
	silent atomic.Bool     // who went ahead last was told nothing
}

func newProbeQueue(ctx context.Context, news <-chan struct{}) *probeQueue {
	q := &probeQueue{lead: make(chan struct{}, 1), news: news}
	q.closed, q.letGo = context.WithTimeout(ctx, firstProbe)
	if q.news == nil {
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
	d.mu.Lock()
	untold := d.content.untold()
	d.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case ahead && q.silent.Load() || untold:
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
