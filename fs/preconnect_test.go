package fs

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
)

// Whoever lists folders finds a connection ready when they read: one, however
// often they list, and nothing is asked for before.
func TestListingWarms(t *testing.T) {
	w := newWorld(t, 3<<20)
	var dials atomic.Int32
	dialed := make(chan struct{}, 100)
	w.opt.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		dials.Add(1)
		defer func() { dialed <- struct{}{} }()
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	w.mount()
	w.abba()
	w.sh(`for i in 1 2 3 4 5; do ls -f "$A" >/dev/null; find "$M" >/dev/null; done`)
	<-dialed
	if n := w.origin.Stats().Requests; n != 0 {
		t.Errorf("%d requests before anything was read", n)
	}
	w.sh(`head -c 4096 "$A/ABBA - SOS.m4a" >/dev/null`)
	if n := dials.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
}
