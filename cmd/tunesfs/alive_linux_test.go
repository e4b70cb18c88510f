package main

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A quietServer can fall silent: what comes for it is then lost on the way, and
// no system says that it has come.
type quietServer struct {
	*httptest.Server
	listener net.Listener // without TLS

	mu    sync.Mutex
	conns []net.Conn
}

func newQuietServer(t *testing.T, http2 bool) *quietServer {
	q := &quietServer{Server: httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); err == nil && len(body) > 0 {
			_, _ = io.WriteString(w, r.Proto)
		}
	}))}
	q.Listener.Close()
	q.listener = listenPlainly(t)
	q.Listener = q.listener
	q.Config.ConnState = func(c net.Conn, state http.ConnState) {
		q.mu.Lock()
		defer q.mu.Unlock()
		if state == http.StateNew {
			if secure, ok := c.(*tls.Conn); ok {
				c = secure.NetConn()
			}
			q.conns = append(q.conns, c)
		}
	}
	if q.EnableHTTP2 = http2; http2 {
		q.StartTLS()
	} else {
		q.Start()
	}
	t.Cleanup(q.Close)
	return q
}

// listenPlainly listens without Multipath TCP, which has no filters.
func listenPlainly(t *testing.T) net.Listener {
	var plain net.ListenConfig
	plain.SetMultipathTCP(false)
	listener, err := plain.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// fallSilent loses all that comes over the connections there are, and what would
// open another where all is true.
func (q *quietServer) fallSilent(t *testing.T, all bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, c := range q.conns {
		lose(t, c.(syscall.Conn))
	}
	if all {
		lose(t, q.listener.(syscall.Conn))
	}
}

// lose has the system drop whatever comes to a socket, unseen by it.
func lose(t *testing.T, c syscall.Conn) {
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	nothing := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K}}
	program := unix.SockFprog{Len: 1, Filter: &nothing[0]}
	if bad := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &program)
	}); bad != nil || err != nil {
		t.Fatal(bad, err)
	}
}

// An idle connection that has died costs a call some seconds, not a minute, and
// the call does not fail where another connection can be had.
func TestDeadConnection(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup // more at once than tests may run
	defer all.Wait()
	for _, http2 := range []bool{false, true} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			for _, cutOff := range []bool{false, true} {
				q := newQuietServer(t, http2)
				n := networkOf(t, q.URL)
				n.client.Transport.(fresh).TLSClientConfig = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // of a test
				first, err := q.ask(n.client, method)
				if err != nil || (first == "HTTP/2.0") != http2 {
					t.Fatalf("%s, %v", first, err)
				}
				q.fallSilent(t, cutOff)
				all.Go(func() {
					start := time.Now()
					got, err := q.ask(n.client, method)
					took := time.Since(start)
					t.Logf("%s by %s: %q, %v after %v", method, first, got, err, took)
					if (err != nil) != cutOff || err == nil && got != first || took > 2*(unheard+dialTimeout) {
						t.Errorf("with no other connection to be had: %v: %q, %v after %v", cutOff, got, err, took)
					}
				})
			}
		}
	}
}

// ask sends what does no harm twice, as every call does, and returns the answer.
func (q *quietServer) ask(client *http.Client, method string) (string, error) {
	req, err := http.NewRequest(method, q.URL, strings.NewReader("a form"))
	if err != nil {
		return "", err
	}
	req.Header["Idempotency-Key"] = nil
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}
