package netguard

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// TestConnectionsForCalls makes many calls at once, as programs do that look into many
// folders: they have sixteen connections to the server, and none fails.
func TestConnectionsForCalls(t *testing.T) {
	const most = 16 // as README.md says
	var mu sync.Mutex
	underWay, peak := 0, 0
	full, release := make(chan struct{}), make(chan struct{})
	isFull := sync.OnceFunc(func() { close(full) })
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		mu.Lock()
		underWay++
		peak = max(peak, underWay)
		if underWay == most {
			isFull()
		}
		mu.Unlock()
		<-release
		mu.Lock()
		underWay--
		mu.Unlock()
	}))
	defer server.Close()
	n := networkOf(t, server.URL)
	var calls sync.WaitGroup
	for range 3 * most {
		calls.Go(func() {
			resp, err := n.Client.Get(server.URL)
			if err != nil {
				t.Error(err)
				return
			}
			_ = resp.Body.Close()
		})
	}
	<-full
	for range 2 * most { // more would come now
		release <- struct{}{}
	}
	close(release)
	calls.Wait()
	if peak != most {
		t.Errorf("%d calls were under way at once", peak)
	}
}

// TestIdleConnections makes calls to many hosts, as feeds may name them: few of their
// connections stay open.
func TestIdleConnections(t *testing.T) {
	const hosts, idle = 100, 64
	closed := make(chan struct{}, hosts)
	var n *Network
	for i := range hosts {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateClosed {
				closed <- struct{}{}
			}
		}
		server.Start()
		defer server.Close()
		if i == 0 {
			n = networkOf(t, server.URL)
		}
		resp, err := n.Client.Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	tooLong := time.After(20 * time.Second)
	for i := range hosts - idle {
		select {
		case <-closed:
		case <-tooLong:
			t.Fatalf("%d connections stay open, want %d at most", hosts-i, idle)
		}
	}
}
