package fetch

import (
	"context"
	"net/http"
	"time"
)

// multiplexed reports whether the connection by which host has answered carries
// many requests at a time.
func multiplexed(resp *http.Response, host string) bool {
	return resp.ProtoMajor >= 2 && resp.Request.URL.Host == host
}

// admit waits until f may make its request. release must follow. A head needs no
// turn where it needs no connection of its own: the sizes of a whole folder come
// in the time of one, if they are secure: HTTP/2 goes over TLS only. Of those
// net/http sends as many at a time as the server takes.
func (d *Download) admit(ctx context.Context, f *flight, secure bool) (release func(), err error) {
	if !secure || !d.isHead(f) || !d.store.hosts.multiplexes(f.turn.host) {
		if err := d.takeTurn(ctx, f); err != nil {
			return nil, err
		}
	}
	return func() { d.giveTurn(f) }, nil
}

// leaveHost waits until f may go to another host than it was admitted to, if it
// needed no turn there.
func (d *Download) leaveHost(ctx context.Context, f *flight) error {
	if f.turned {
		return nil
	}
	d.queue(f, true, false)
	defer d.queue(f, false, false)
	began := time.Now()
	defer func() { f.waited += time.Since(began) }()
	return d.takeTurn(ctx, f)
}

// takeTurn waits for a turn to use a connection.
func (d *Download) takeTurn(ctx context.Context, f *flight) error {
	err := d.store.limits.acquire(ctx, &f.turn, func() { d.queue(f, true, true) })
	f.turned = err == nil
	return err
}

func (d *Download) giveTurn(f *flight) {
	if f.turned {
		d.store.limits.release(&f.turn)
		f.turned = false
	}
}

// isHead reports whether f is to bring no more than somebody needs who asks for
// a size, from where it was always to be had.
func (d *Download) isHead(f *flight) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return f.End <= probeLen && d.mirror.URL == "" && d.probed()
}
