package fetch

import (
	"context"
	"net/http"
)

// maxStreams is how many heads come at a time by connections that carry many
// requests: as many as every server should allow of one (RFC 9113 section
// 6.5.2).
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
	s := d.store
	if !d.isHead(f) || !s.hosts.multiplexes(f.turn.host) {
		return func() { s.limits.release(&f.turn) }, s.limits.acquire(ctx, &f.turn)
	}
	select {
	case s.streams <- struct{}{}:
		return func() { <-s.streams }, nil
	case <-ctx.Done():
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
