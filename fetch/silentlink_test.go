package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/retry"
)

// A silentLink dials until it is cut. From then on nothing comes over its connections,
// or goes, and no other comes about, which takes four seconds to tell.
type silentLink struct {
	dial dialFunc
	cut  atomic.Bool
}

func (l *silentLink) connect(ctx context.Context, network, address string) (net.Conn, error) {
	if l.cut.Load() {
		if err := retry.Sleep(ctx, 4*time.Second); err != nil {
			return nil, &net.OpError{Op: "dial", Net: network, Err: err}
		}
		return nil, &net.OpError{Op: "dial", Net: network, Err: os.ErrDeadlineExceeded}
	}
	conn, err := l.dial(ctx, network, address)
	return &silentConn{Conn: conn, link: l, closed: make(chan struct{})}, err
}

// A silentConn is a connection over a silentLink.
type silentConn struct {
	net.Conn
	link   *silentLink
	once   sync.Once
	closed chan struct{}
}

func (c *silentConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.link.cut.Load() {
		<-c.closed
		return 0, net.ErrClosed
	}
	return n, err
}

func (c *silentConn) Write(p []byte) (int, error) {
	if c.link.cut.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

func (c *silentConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// TestSilentLink cuts the link while connections to the server are open, idle or in
// use: reads, opens and sizes fail in five seconds all the same, because they have no
// connection.
func TestSilentLink(t *testing.T) {
	for _, idle := range []int{0, 1, 4, 16} {
		for _, busy := range []int{0, 1, 20} {
			t.Run(fmt.Sprintf("%d idle, %d busy", idle, busy), func(t *testing.T) { silentLinkWith(t, idle, busy) })
		}
	}
}

func silentLinkWith(t *testing.T, idle, busy int) {
	files := []fetchtest.File{file("a", mb), file("b", mb), file("c", mb)}
	for i := range idle {
		files = append(files, file(fmt.Sprint("idle", i), 1000))
	}
	for i := range busy {
		files = append(files, file(fmt.Sprint("busy", i), 30*mb))
	}
	bubble(t, func(f *fixture) {
		link := &silentLink{dial: f.origin.Transport().DialContext}
		f.dialBy(link.connect)
		f.origin.SetLink(fetchtest.Link{RTT: 50 * time.Millisecond, TotalRate: mb})
		var reads sync.WaitGroup
		for i := range idle {
			reads.Go(func() { f.readAll(fmt.Sprint("idle", i)) })
		}
		reads.Wait()
		for i := range busy {
			f.control(f.download(fmt.Sprint("busy", i)), Start)
		}
		time.Sleep(time.Second)
		link.cut.Store(true)
		synctest.Wait()
		var calls sync.WaitGroup
		for name, call := range map[string]func(context.Context) error{
			"read":  func(ctx context.Context) error { _, err := f.reader("a").ReadAt(ctx, make([]byte, 10), 0); return err },
			"size":  func(ctx context.Context) error { _, err := f.download("b").Size(ctx); return err },
			"opens": func(ctx context.Context) error { return f.Download(Remote{Key: "c", Size: mb}).Validate(ctx) },
		} {
			calls.Go(func() {
				began := time.Now()
				err := call(f.t.Context())
				if took := time.Since(began); took > 5*time.Second || !errors.Is(err, ErrUnreachable) {
					t.Errorf("%s: %v after %v", name, err, took)
				}
			})
		}
		calls.Wait()
		for i := range busy {
			f.control(f.download(fmt.Sprint("busy", i)), Cancel)
		}
	}, files...)
}
