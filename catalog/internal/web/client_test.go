package web

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// A call is made again where the connection that it would have used has gone, be
// it a form.
func TestLostConnection(t *testing.T) {
	var known sync.Map // who has asked before by the same connection
	var lost atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, sent := r.Header["Idempotency-Key"]; sent {
			t.Error("the server heard that a form is harmless")
		}
		if _, again := known.LoadOrStore(r.RemoteAddr, true); again {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
			lost.Add(1)
		}
	}))
	defer server.Close()
	c := New(Options{Env: catalog.Env{Client: server.Client()}})
	for range 2 {
		if _, err := c.Get(t.Context(), server.URL, ""); err != nil {
			t.Error(err)
		}
		if _, err := c.PostForm(t.Context(), server.URL, url.Values{"a": {"b"}}); err != nil {
			t.Error(err)
		}
	}
	if lost.Load() == 0 {
		t.Error("no connection was lost")
	}
}
