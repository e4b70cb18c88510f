package fetch

import (
	"context"
	"net/http"
	"time"

	"github.com/tunesfs/tunesfs/internal/hostport"
)

const (
	// keepFor is how long after its last use a server is still in use.
	keepFor = 5 * time.Minute

	// renewAfter is how long after a connection has gone it is renewed: a request
	// that is about to follow opens its own. It doubles up to renewMost each time
	// that a connection did not last for steady: some servers keep none for longer
	// than seconds.
	renewAfter = time.Second
	renewMost  = 2 * time.Minute
	steady     = 10 * time.Second

	// dialAgain is how long after a connection could not be opened none is opened
	// but for a request.
	dialAgain = 30 * time.Second
)

// A kept connection is renewed while its server is in use.
type kept struct {
	until time.Time     // guarded by the transport's mu
	lost  chan struct{} // an element when there may be none
}

// Warm has a connection to the server be open while it is in use, to be there for
// the next request: until five minutes after the last request or call of Warm. It
// returns at once, and nothing is asked of the server. It does nothing for a file
// that is complete or came with its location, where it is not known where the file
// is, for a transport that is not the store's own, and where a proxy is in between.
func (d *Download) Warm() {
	d.mu.Lock()
	loc, complete := d.location, d.state == Complete
	d.mu.Unlock()
	if loc = d.mirrored(loc); loc.URL != "" && loc.Content == nil && !complete {
		d.store.warm(loc)
	}
}

func (s *Store) warm(loc Location) {
	t, ours := s.opt.Transport.(*transport)
	req, err := http.NewRequestWithContext(s.ctx, http.MethodGet, loc.URL, nil)
	if !ours || err != nil {
		return
	}
	address := hostport.Of(req.URL)
	if proxy, err := t.Proxy(req); address == "" || proxy != nil || err != nil {
		return
	}
	if k := t.keep(address); k != nil && !s.spawn(func() { t.keepOpen(k, address, req) }) {
		t.leave(address)
	}
	if t.claim(address) && !s.spawn(func() { t.connect(req); t.add(address, -1) }) {
		t.add(address, -1)
	}
}

// use notes that a server to which a connection is kept open is in use.
func (t *transport) use(address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if k := t.kept[address]; k != nil {
		k.until = time.Now().Add(keepFor)
	}
}

// keep notes that a server is in use, and that a connection to it is kept open
// from now on. It returns nil if that is so already.
func (t *transport) keep(address string) *kept {
	t.mu.Lock()
	defer t.mu.Unlock()
	until := time.Now().Add(keepFor)
	if k := t.kept[address]; k != nil {
		k.until = until
		return nil
	}
	t.kept[address] = &kept{until, make(chan struct{}, 1)}
	return t.kept[address]
}

func (t *transport) leave(address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.kept, address)
}

// keepOpen renews the connection to an address until the server is out of use.
func (t *transport) keepOpen(k *kept, address string, req *http.Request) {
	pause := renewAfter
	for began := time.Now(); t.hold(req.Context(), k, address); began = time.Now() {
		if time.Since(began) >= steady {
			pause = renewAfter
		}
		select {
		case <-time.After(pause):
		case <-req.Context().Done():
			t.leave(address)
			return
		}
		pause = min(2*pause, renewMost)
		if t.left(k) > 0 && t.claim(address) {
			t.connect(req)
			t.add(address, -1)
		}
	}
}

// claim counts a connection to an address if there is none and none has just
// failed, and reports whether it has.
func (t *transport) claim(address string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open[address] > 0 || time.Since(t.failed[address]) < dialAgain {
		return false
	}
	t.open[address] = 1
	return true
}

// connect opens a connection. The request for it is called off as soon as that
// has begun, and before it is there: net/http goes on all the same, as a later
// request may be able to use the connection, and keeps it for one.
func (t *transport) connect(req *http.Request) {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	left := make(chan struct{})
	defer close(left)
	ctx = context.WithValue(ctx, dialing{}, func() { cancel(); <-left })
	if resp, err := t.RoundTrip(req.WithContext(ctx)); err == nil { // one has become free just now
		_ = resp.Body.Close()
	}
}

// hold waits until there is no connection any more, and reports whether its server
// is in use then. One that is not is not kept any more.
func (t *transport) hold(ctx context.Context, k *kept, address string) bool {
	for {
		select {
		case <-k.lost:
			if !t.isOpen(address) {
				return true
			}
		case <-time.After(t.left(k)):
			if t.retire(k, address) {
				return false
			}
		case <-ctx.Done():
			t.leave(address)
			return false
		}
	}
}

func (t *transport) isOpen(address string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.open[address] > 0
}

// left returns for how long from now on the server is still in use.
func (t *transport) left(k *kept) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Until(k.until)
}

// retire ends the keeping of a connection whose server is out of use, and reports
// whether it is.
func (t *transport) retire(k *kept, address string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if time.Until(k.until) > 0 {
		return false
	}
	delete(t.kept, address)
	return true
}
