package reach

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"reflect"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// A server answers the first request of each connection after 10 ms, and each other
// after late.
type server struct {
	late  time.Duration
	fails error // of every dial but the first ones
	takes time.Duration
	first int64 // how many dials never fail
	dials atomic.Int64
}

func (s *server) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	if s.dials.Add(1) > s.first {
		select {
		case <-time.After(s.takes):
		case <-ctx.Done():
			return nil, &net.OpError{Op: "dial", Net: network, Err: ctx.Err()}
		}
		if s.fails != nil {
			return nil, &net.OpError{Op: "dial", Net: network, Err: s.fails}
		}
	}
	ours, theirs := net.Pipe()
	go s.serve(theirs)
	return ours, nil
}

func (s *server) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for wait := 10 * time.Millisecond; ; wait = s.late {
		if _, err := http.ReadRequest(in); err != nil {
			return
		}
		time.Sleep(wait)
		if _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"); err != nil {
			return
		}
	}
}

// ask makes a request and reads the response.
func ask(t *Transport) error {
	resp, err := (&http.Client{Transport: t}).Get("http://host.test/")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// TestRoundTrip makes a request over an earlier connection that stays silent.
func TestRoundTrip(t *testing.T) {
	const never = time.Hour
	for name, tt := range map[string]struct {
		late, takes time.Duration
		fails       error
		want        error
		took        time.Duration
		dials       int64
	}{
		"answered soon":            {late: 800 * time.Millisecond, fails: syscall.ENETUNREACH, took: 800 * time.Millisecond, dials: 1},
		"answered late":            {late: 30 * time.Second, took: 30 * time.Second, dials: 2},
		"answered before the dial": {late: 2 * time.Second, takes: 4 * time.Second, fails: os.ErrDeadlineExceeded, took: 2 * time.Second, dials: 2},
		"the link swallows":        {late: never, takes: 4 * time.Second, fails: os.ErrDeadlineExceeded, want: os.ErrDeadlineExceeded, took: 4900 * time.Millisecond, dials: 2},
		"the link is down":         {late: never, fails: syscall.ENETUNREACH, want: syscall.ENETUNREACH, took: 900 * time.Millisecond, dials: 2},
		"no other is let in":       {late: 30 * time.Second, fails: syscall.ECONNREFUSED, took: 30 * time.Second, dials: 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &server{late: tt.late, takes: tt.takes, fails: tt.fails, first: 1}
				c := New(&http.Transport{DialContext: s.dial})
				defer time.Sleep(2 * never) // until the server has left, too
				defer c.CloseIdleConnections()
				if err := ask(c); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				err := ask(c)
				if took := time.Since(began); !errors.Is(err, tt.want) || took != tt.took || s.dials.Load() != tt.dials {
					t.Errorf("%v after %v and %d dials; want %v after %v and %d", err, took, s.dials.Load(), tt.want, tt.took, tt.dials)
				}
				synctest.Wait()
				if n := reflect.ValueOf(&c.turns.locks).Elem().FieldByName("inUse").Len(); n != 0 {
					t.Errorf("%d addresses are remembered", n)
				}
			})
		})
	}
}

// TestRoundTripTogether has many requests be silent at once: one dial tells all.
func TestRoundTripTogether(t *testing.T) {
	const many = 10
	for _, fails := range []error{nil, os.ErrDeadlineExceeded} {
		synctest.Test(t, func(t *testing.T) {
			s := &server{late: time.Minute, takes: 4 * time.Second, fails: fails, first: many}
			c := New(&http.Transport{DialContext: s.dial, MaxIdleConnsPerHost: many})
			defer time.Sleep(time.Hour)
			defer c.CloseIdleConnections()
			for _, before := range []int64{0, many} {
				var calls sync.WaitGroup
				for range many {
					calls.Go(func() {
						if err := ask(c); before == many && !errors.Is(err, fails) {
							t.Error(err)
						}
					})
				}
				calls.Wait()
			}
			if n := s.dials.Load(); n != many+1 {
				t.Errorf("%d dials for %d connections", n, many)
			}
		})
	}
}
