package netguard

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
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
		if body, err := io.ReadAll(r.Body); err == nil {
			w.Header().Set("Heard", fmt.Sprintf("%s %s %q", r.Method, r.Proto, body))
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
	}); bad == nil && errors.Is(err, unix.EPERM) && os.Getenv("CI") == "" {
		t.Skip("this user may not filter what comes to a socket:", err)
	} else if bad != nil || err != nil {
		t.Fatal(bad, err)
	}
}

// An idle connection that has died costs a call 5 seconds, not a minute, whether
// another connection can be had or not. The call does not fail where one can.
func TestDeadConnection(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup // more at once than tests may run
	defer all.Wait()
	for _, http2 := range []bool{false, true} {
		for _, call := range []struct{ method, body string }{
			{http.MethodGet, "a form"}, {http.MethodPost, "a form"}, {http.MethodGet, ""}, {http.MethodHead, ""},
		} {
			for _, cutOff := range []bool{false, true} {
				q := newQuietServer(t, http2)
				n := networkOf(t, q.URL)
				n.Client.Transport.(retrier).TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
				want := fmt.Sprintf("%s HTTP/1.1 %q", call.method, call.body)
				if http2 {
					want = fmt.Sprintf("%s HTTP/2.0 %q", call.method, call.body)
				}
				first, err := q.ask(n.Client, call.method, call.body)
				if err != nil || first != want {
					t.Fatalf("%s, %v; want %s", first, err, want)
				}
				q.fallSilent(t, cutOff)
				all.Go(func() {
					start := time.Now()
					got, err := q.ask(n.Client, call.method, call.body)
					took := time.Since(start)
					t.Logf("%s: %s, %v after %v", first, got, err, took)
					if (err != nil) != cutOff || err == nil && got != first || took > 18*time.Second {
						t.Errorf("%s with no other connection to be had: %v: %q, %v after %v", first, cutOff, got, err, took)
					}
				})
			}
		}
	}
}

// ask sends a call that may be repeated, and returns the request that the server
// heard.
func (q *quietServer) ask(client *http.Client, method, body string) (string, error) {
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	req, err := http.NewRequest(method, q.URL, content)
	if err != nil {
		return "", err
	}
	req.Header["Idempotency-Key"] = nil
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.Header.Get("Heard"), err
}

// A host that drops every SYN costs 4 s: time for the third SYN, which goes out
// after 3 s. The system itself would give up after 5 s.
func TestDroppedSYNs(t *testing.T) {
	t.Parallel()
	listener := listenPlainly(t)
	defer listener.Close()
	lose(t, listener.(syscall.Conn))
	start := time.Now()
	conn, err := networkOf(t, "").Dial(t.Context(), "tcp", listener.Addr().String())
	took := time.Since(start)
	if err == nil {
		conn.Close()
	}
	failed, ok := errors.AsType[net.Error](err)
	if !ok || !failed.Timeout() || errors.Is(err, unix.ETIMEDOUT) || took < 3500*time.Millisecond || took > 10*time.Second {
		t.Errorf("%v after %v", err, took)
	}
}

// A silent connection is sent no probes, and one that sends is given up when
// nothing it sent was acknowledged for 5 s.
func TestSocketOptions(t *testing.T) {
	listener := listenPlainly(t)
	defer listener.Close()
	conn, err := networkOf(t, "").Dial(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var probing, milliseconds int
	var bad error
	if err := raw.Control(func(fd uintptr) {
		probing, err = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_KEEPALIVE)
		milliseconds, bad = unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT)
	}); err != nil {
		t.Fatal(err)
	}
	if err != nil || bad != nil || probing != 0 || milliseconds != 5000 {
		t.Errorf("keep-alive is %d (%v), the limit %d ms (%v)", probing, err, milliseconds, bad)
	}
}

// Only a call that does no harm twice, and whose body can be had again, is sent
// again.
func TestCanRepeat(t *testing.T) {
	once := io.MultiReader(strings.NewReader("x")) // net/http cannot rewind it
	ended, end := context.WithCancel(t.Context())
	end()
	for _, tt := range []struct {
		ctx    context.Context
		method string
		body   io.Reader
		marked bool
		want   bool
	}{
		{t.Context(), http.MethodGet, nil, false, true},
		{t.Context(), http.MethodHead, nil, false, true},
		{t.Context(), http.MethodGet, http.NoBody, false, true},
		{t.Context(), http.MethodGet, strings.NewReader("x"), false, true},
		{t.Context(), http.MethodGet, once, false, false},
		{t.Context(), http.MethodPost, nil, false, false},
		{t.Context(), http.MethodPost, strings.NewReader("x"), false, false},
		{t.Context(), http.MethodPost, strings.NewReader("x"), true, true},
		{t.Context(), http.MethodPost, once, true, false},
		{t.Context(), http.MethodDelete, nil, false, false},
		{ended, http.MethodGet, nil, false, false},
	} {
		r, err := http.NewRequestWithContext(tt.ctx, tt.method, "http://host/", tt.body)
		if err != nil {
			t.Fatal(err)
		}
		if tt.marked {
			r.Header["Idempotency-Key"] = nil
		}
		if got := canRepeat(r); got != tt.want {
			t.Errorf("%s with %T, marked %v: %v", tt.method, tt.body, tt.marked, got)
		}
	}
}
