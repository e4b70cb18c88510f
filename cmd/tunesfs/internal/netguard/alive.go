package netguard

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/internal/reach"
)

// A connection whose other end has gone without a word, as with the Wi-Fi, must
// not keep a call waiting for as long as systems go on trying, which is minutes.
// What cannot be told so is a server that has its system say that all has come,
// and then does nothing, nor the like behind a proxy: that takes the time that
// the call may take.
const (
	// ackTimeout is how long data that was sent may go unacknowledged.
	ackTimeout = 5 * time.Second

	// idlePing is when a connection that is silent is asked whether it still is
	// one.
	idlePing = 15 * time.Second
)

// pings are those of HTTP/2, which the system sends again where they are lost.
var pings = http.HTTP2Config{SendPingTimeout: idlePing, PingTimeout: ackTimeout}

// limit has the system give up a connection after ackTimeout, where it can.
func limit(conn syscall.RawConn) { _ = conn.Control(func(fd uintptr) { setAckTimeout(int(fd)) }) }

// A retrier sends a call again that was lost with a connection that was there
// before: the network may be well, and only that connection be none any more. For
// HTTP/1.1 net/http does so by itself.
type retrier struct{ *reach.Transport }

// RoundTrip implements http.RoundTripper.
func (t retrier) RoundTrip(r *http.Request) (*http.Response, error) {
	var reused atomic.Bool
	trace := &httptrace.ClientTrace{
		ConnectStart: func(string, string) { reused.Store(false) },
		GotConn:      func(c httptrace.GotConnInfo) { reused.Store(c.Reused) },
	}
	resp, err := t.Transport.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
	if err == nil || !reused.Load() || isDialing(err) || !canRepeat(r) {
		return resp, err
	}
	again := r.Clone(r.Context())
	if r.GetBody != nil {
		if again.Body, err = r.GetBody(); err != nil {
			return nil, err
		}
	}
	return t.Transport.RoundTrip(again)
}

// isDialing reports whether an error is that no connection came about.
func isDialing(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// canRepeat reports whether it does no harm to send a request twice, as net/http
// tells it.
func canRepeat(r *http.Request) bool {
	_, harmless := r.Header["Idempotency-Key"]
	harmless = harmless || r.Method == http.MethodGet || r.Method == http.MethodHead
	return r.Context().Err() == nil && harmless && (r.Body == nil || r.Body == http.NoBody || r.GetBody != nil)
}
