// Package nettest gives a test a network of its own: there, every address leads to
// the machine itself, and the test says what each name is. It is for tests only.
//
// It must never know what is tested. Open nettest.go first; isolate_linux.go makes
// the network, names.go has the name server.
package nettest

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync"
	"testing"
)

// A Server is a web server at every address, by one port. It notes who was asked.
type Server struct {
	*httptest.Server
	Port string

	mu    sync.Mutex
	asked []string // guarded by mu
}

// Serve starts a server that ends with the test.
func Serve(t *testing.T, handler http.Handler) *Server {
	t.Helper()
	s := &Server{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, At(r).String()+" "+r.URL.Path)
		s.mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	everywhere, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	s.Listener.Close()
	s.Listener = everywhere
	_, s.Port, _ = net.SplitHostPort(everywhere.Addr().String())
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// At returns the address at which a server got a request.
func At(r *http.Request) netip.Addr {
	return r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr).AddrPort().Addr().Unmap()
}

// Asked returns the requests since the last call, each as an address and a path.
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := slices.Clone(s.asked)
	s.asked = nil
	return asked
}
