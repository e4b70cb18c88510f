package fetch

import (
	"context"
	"net/http"
)

// maxStreams is how many heads of a host come at a time by a connection that
// carries many requests: as many as every server should allow of one (RFC 9113
// section 6.5.2), and as net/http asks of one that has not told.
const maxStreams = 100

// multiplexed reports whether the connection by which host has answered carries
// many requests at a time.
func multiplexed(resp *http.Response, host string) bool {
	return resp.ProtoMajor >= 2 && resp.Request.URL.Host == host
}

// admit waits until f may make its request. release must follow. A head needs no
// turn where it needs no connection of its own: the sizes of a whole folder come
// in the time of one.
func (d *Download) admit(ctx context.Context, f *flight) (release func(), err error) {
	hosts, limits := &d.store.hosts, &d.store.limits
	if !d.isHead(f) {
		return func() { limits.release(&f.turn) }, limits.acquire(ctx, &f.turn)
	}
	leave := func() {}
	if !hosts.multiplexes(f.turn.host) {
		if err := limits.acquire(ctx, &f.turn); err != nil {
			return nil, err
		}
		leave = func() { limits.release(&f.turn) }
	}
	heads := hosts.heads(f.turn.host) // among which is the first, whatever it goes by
	select {
	case heads <- struct{}{}:
		return func() { <-heads; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, context.Cause(ctx)
	}
}

// isHead reports whether f is to bring no more than somebody needs who asks for
// a size.
func (d *Download) isHead(f *flight) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return f.End <= probeLen && d.probed()
}
