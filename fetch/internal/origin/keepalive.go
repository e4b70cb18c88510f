package origin

import (
	"context"
	"net/http"
	"time"
)

const (
	// inUse is how long after its last use a server is still in use.
	inUse = 5 * time.Minute

	// maxKeepAlives is to how many servers connections are kept open: a catalog may name a
	// server for each of its tracks.
	maxKeepAlives = 16

	// renewAfter is how long after a connection has gone it is renewed: a request
	// that is about to follow opens its own. It doubles up to renewMost each time
	// that a connection did not last for steady: some servers keep none for longer
	// than seconds.
	renewAfter = time.Second
	renewMost  = 2 * time.Minute
	steady     = 10 * time.Second
)

// use notes that a server to which a connection is kept open is in use.
func (t *Transport) use(address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if k := t.keepAlives[address]; k != nil {
		k.until = time.Now().Add(inUse)
	}
}

// begin notes that a server is in use, and that a connection to it is kept open
// from now on. It returns nil if that is so already. The server that was in use least
// recently makes room where there are too many.
func (t *Transport) begin(address string) *keepAlive {
	t.mu.Lock()
	defer t.mu.Unlock()
	until := time.Now().Add(inUse)
	if k := t.keepAlives[address]; k != nil {
		k.until = until
		return nil
	}
	if len(t.keepAlives) >= maxKeepAlives {
		t.endOldestLocked()
	}
	k := &keepAlive{until: until, lost: make(chan struct{}, 1), ended: make(chan struct{})}
	t.keepAlives[address] = k
	return k
}

// endOldestLocked ends the keeping of the connection whose server was in use least recently.
func (t *Transport) endOldestLocked() {
	oldest := ""
	for address, k := range t.keepAlives {
		if oldest == "" || k.until.Before(t.keepAlives[oldest].until) {
			oldest = address
		}
	}
	close(t.keepAlives[oldest].ended)
	delete(t.keepAlives, oldest)
}

// forget ends the keeping of a connection, unless another took its place.
func (t *Transport) forget(k *keepAlive, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.keepAlives[address] == k {
		delete(t.keepAlives, address)
	}
}

// keepOpen renews the connection to an address until the server is out of use.
func (t *Transport) keepOpen(k *keepAlive, address string, req *http.Request) {
	pause := renewAfter
	for began := time.Now(); t.hold(req.Context(), k, address); began = time.Now() {
		if time.Since(began) >= steady {
			pause = renewAfter
		}
		select {
		case <-time.After(pause):
		case <-k.ended:
			return
		case <-req.Context().Done():
			t.forget(k, address)
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
func (t *Transport) claim(address string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.conns[address] > 0 || time.Since(t.failed[address]) < dialAgain {
		return false
	}
	t.conns[address] = 1
	return true
}

// connect opens a connection. The request for it is called off as soon as that
// has begun, and before it is there: net/http goes on all the same, as a later
// request may be able to use the connection, and keeps it for one.
func (t *Transport) connect(req *http.Request) {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	left := make(chan struct{})
	defer close(left)
	ctx = context.WithValue(ctx, dialing{}, func() { cancel(); <-left })
	if resp, err := t.Transport.Transport.RoundTrip(req.WithContext(ctx)); err == nil { // one has become free just now
		_ = resp.Body.Close()
	}
}

// hold waits until there is no connection any more, and reports whether its server
// is in use then. One that is not is not kept any more.
func (t *Transport) hold(ctx context.Context, k *keepAlive, address string) bool {
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
		case <-k.ended:
			return false
		case <-ctx.Done():
			t.forget(k, address)
			return false
		}
	}
}

func (t *Transport) isOpen(address string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.conns[address] > 0
}

// left returns for how long from now on the server is still in use.
func (t *Transport) left(k *keepAlive) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Until(k.until)
}

// retire ends the keeping of a connection whose server is out of use, and reports
// whether it is.
func (t *Transport) retire(k *keepAlive, address string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if time.Until(k.until) > 0 {
		return false
	}
	if t.keepAlives[address] == k {
		delete(t.keepAlives, address)
	}
	return true
}
