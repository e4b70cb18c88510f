package fetch

import (
	"context"
	"net/http"
	"time"
)

const (
	// keepFor is how long after its last use a server is still in use.
	keepFor = 5 * time.Minute

	// renewAfter is how long after a connection has gone it is renewed: a request
	// that is about to follow opens its own. It doubles each time that a connection
	// did not last for steady: some servers keep none for longer than seconds.
	renewAfter = time.Second
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
	address := addressOf(req.URL)
	if proxy, err := t.Proxy(req); address == "" || proxy != nil || err != nil || t.use(address) {
		return
	}
	k := t.keep(address)
	if k != nil && !s.spawn(func() { t.keepOpen(k, address, req) }) {
		t.leave(address)
	}
}

// use notes that a server is in use, and reports whether a connection to it is
// kept open.
func (t *transport) use(address string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.kept[address]
	if k != nil {
		k.until = time.Now().Add(keepFor)
	}
	return k != nil
}

// keep notes that a connection to an address is kept open from now on, and returns
// nil if that is so already.
func (t *transport) keep(address string) *kept {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept[address] != nil {
		return nil
	}
	t.kept[address] = &kept{time.Now().Add(keepFor), make(chan struct{}, 1)}
	return t.kept[address]
}

func (t *transport) leave(address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.kept, address)
}

// keepOpen keeps a connection open until the server is out of use or cannot be
// reached.
func (t *transport) keepOpen(k *kept, address string, req *http.Request) {
	defer t.leave(address)
	for pause := renewAfter; t.inUse(k) > 0 && t.ready(address, req); pause *= 2 {
		began := time.Now()
		t.hold(req.Context(), k)
		if time.Since(began) >= steady {
			pause = renewAfter
		}
		select {
		case <-time.After(pause):
		case <-req.Context().Done():
			return
		}
	}
}

// ready opens a connection if there is none, and reports whether there is one now.
// None is opened if one has just failed.
func (t *transport) ready(address string, req *http.Request) bool {
	t.mu.Lock()
	open := t.open[address] > 0
	failed := time.Since(t.failed[address]) < dialAgain
	if !open && !failed {
		t.open[address] = 1
	}
	t.mu.Unlock()
	if open || failed {
		return open
	}
	t.connect(req)
	t.add(address, -1)
	return true
}

// connect opens a connection. The request for it is called off as soon as that
// has begun: net/http goes on all the same, as a later request may be able to
// use the connection, and keeps it for one.
func (t *transport) connect(req *http.Request) {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	ctx = context.WithValue(ctx, dialing{}, func() { cancel() })
	if resp, err := t.RoundTrip(req.WithContext(ctx)); err == nil { // one has become free just now
		_ = resp.Body.Close()
	}
}

// hold waits until there may be no connection, or its server is out of use.
func (t *transport) hold(ctx context.Context, k *kept) {
	for left := t.inUse(k); left > 0; left = t.inUse(k) {
		select {
		case <-time.After(left):
		case <-k.lost:
			return
		case <-ctx.Done():
			return
		}
	}
}

// inUse returns for how long from now on the server is still in use.
func (t *transport) inUse(k *kept) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Until(k.until)
}
