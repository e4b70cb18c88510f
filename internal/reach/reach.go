// Package reach owns the rule how a request ends that was sent over a connection which
// is none any more, as after the link has gone: whether its server can be reached is
// found out by another connection.
//
// It must never know what is asked for, or by whom. Open reach.go first; turns.go has
// the connections that are opened to find that out, one for a server at a time.
package reach

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/internal/clock"
	"github.com/tunesfs/tunesfs/internal/hostport"
)

// silentFor is how long an earlier connection may bring nothing before another is
// opened. With the four seconds that it may take to open one, a request without a link
// fails within five.
const silentFor = 900 * time.Millisecond

// A Transport is an http.Transport whose requests fail soon where the link has gone: a
// request over an earlier connection that stays silent ends when no other connection
// can be opened, with the error of that. The other connection is closed at once, and
// counts towards no limit of the http.Transport: there is one at a time for each server.
type Transport struct {
	*http.Transport
	turns turns
}

// New returns a Transport over another, which has a DialContext.
func New(t *http.Transport) *Transport { return &Transport{Transport: t} }

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	address := t.dialed(r)
	if address == "" {
		return t.Transport.RoundTrip(r)
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	w := &watch{}
	w.ask = func() {
		if err := t.turns.reach(ctx, address, t.DialContext); isLost(err) && ctx.Err() == nil {
			cancel(&lostError{err})
		}
	}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:              func(c httptrace.GotConnInfo) { w.sent(c.Reused) },
		GotFirstResponseByte: w.end,
	})
	resp, err := t.Transport.RoundTrip(r.WithContext(ctx))
	w.end()
	if err != nil {
		lost, isLost := errors.AsType[*lostError](context.Cause(ctx))
		cancel(nil)
		if isLost {
			return nil, lost.error
		}
		return nil, err
	}
	resp.Body = &body{resp.Body, cancel}
	return resp, nil
}

// dialed returns the address to which a request has a connection: the proxy's, if there
// is one. It is "" where that is not of HTTP, and where none may be had.
func (t *Transport) dialed(r *http.Request) string {
	if t.Proxy == nil {
		return hostport.Of(r.URL)
	}
	switch proxy, err := t.Proxy(r); {
	case err != nil:
		return ""
	case proxy != nil:
		return hostport.Of(proxy)
	}
	return hostport.Of(r.URL)
}

// isLost reports whether an error of a dial says that the server cannot be reached. One
// that refuses the connection is there.
func isLost(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial" && !errors.Is(err, syscall.ECONNREFUSED) && !errors.Is(err, syscall.ECONNRESET) &&
		!errors.Is(err, context.Canceled)
}

// A lostError is the cause of a request's end, which it was ended with.
type lostError struct{ error }

// A watch has one request asked about once it is silent for too long.
type watch struct {
	ask func()

	mu    sync.Mutex // guards what follows
	timer *clock.Stopwatch
	ended bool
}

// sent notes that the request goes out, over a connection that was there before or not.
func (w *watch) sent(reused bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer == nil && reused && !w.ended {
		w.timer = clock.AfterFunc(silentFor, w.ask)
	}
}

// end notes that the request is answered, or over.
func (w *watch) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended = true; w.timer != nil {
		w.timer.Stop()
	}
}

// A body releases what belongs to its request when it is closed.
type body struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
}

// Close implements io.Closer.
func (b *body) Close() error {
	defer b.cancel(nil)
	return b.ReadCloser.Close()
}
