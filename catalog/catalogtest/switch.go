package catalogtest

import (
	"io"
	"net/http"
	"sync/atomic"
)

// A Switch is the service's side of the network: it answers as a handler does,
// until it is told to answer otherwise.
type Switch struct{ now atomic.Pointer[http.Handler] }

// NewSwitch returns a Switch that answers as h does.
func NewSwitch(h http.Handler) *Switch {
	s := &Switch{}
	s.Serve(h)
	return s
}

// Serve answers as h does from now on.
func (s *Switch) Serve(h http.Handler) { s.now.Store(&h) }

// Stall takes requests from now on and answers none, until their client leaves.
func (s *Switch) Stall() {
	s.Serve(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // before that a server does not notice that the client has left
		<-r.Context().Done()
	}))
}

// ServeHTTP implements http.Handler.
func (s *Switch) ServeHTTP(w http.ResponseWriter, r *http.Request) { (*s.now.Load()).ServeHTTP(w, r) }
