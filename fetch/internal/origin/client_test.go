package origin

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// roundTrip is a server in the form of a transport.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// respond returns a response with a header given as "Name: value" lines.
func respond(r *http.Request, status int, body io.Reader, length int64, header ...string) *http.Response {
	h := make(http.Header)
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		h.Set(name, value)
	}
	return &http.Response{StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Header: h, ContentLength: length,
		Body: io.NopCloser(body), Request: r}
}

// ask is a request for the bytes 0 to 9 of a file.
func ask() Request {
	return Request{Location: Location{URL: "http://a.test/f"}, Range: ranges.Range{Start: 0, End: 10}, Patience: time.Minute}
}

// TestResponseIsBounded reads no more of a body than the response says, and finds a
// body that ends before.
func TestResponseIsBounded(t *testing.T) {
	for body, want := range map[string]error{"0123456789": nil, "0123456789more": nil, "0123": fault.ErrUnreachable} {
		c := NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			return respond(r, http.StatusPartialContent, strings.NewReader(body), 10, "Content-Range: bytes 0-9/100"), nil
		})})
		resp, err := c.Get(t.Context(), ask())
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp)
		resp.Close()
		if !errors.Is(err, want) || string(b) != body[:min(len(body), 10)] || resp.Validator.Size != 100 {
			t.Errorf("%q: read %q of %d, %v", body, b, resp.Validator.Size, err)
		}
	}
}

// TestWatchdog lets a server be silent before the head, in the body, and while the
// caller does something else, which is no silence of the server's.
func TestWatchdog(t *testing.T) {
	for name, c := range map[string]struct {
		head, body, caller time.Duration
		want               error
	}{
		"head":   {2 * time.Minute, 0, 0, fault.ErrUnreachable},
		"body":   {0, 2 * time.Minute, 0, fault.ErrUnreachable},
		"caller": {0, 0, time.Hour, nil},
		"slow":   {50 * time.Second, 50 * time.Second, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
					body, w := io.Pipe()
					go func() {
						select {
						case <-time.After(c.head + c.body):
							_, _ = w.Write([]byte("0123456789"))
							_ = w.Close()
						case <-r.Context().Done():
							_ = w.CloseWithError(r.Context().Err())
						}
					}()
					select {
					case <-time.After(c.head):
						return respond(r, http.StatusOK, body, 10), nil
					case <-r.Context().Done():
						return nil, r.Context().Err()
					}
				})})
				q := ask()
				q.Known = 10
				resp, err := client.Get(t.Context(), q)
				if err == nil {
					time.Sleep(c.caller)
					_, err = io.ReadAll(resp)
					resp.Close()
				}
				if !errors.Is(err, c.want) {
					t.Errorf("got %v, want %v", err, c.want)
				}
			})
		})
	}
}

// TestIgnoredCondition sends no condition any more to a host that ignores them.
func TestIgnoredCondition(t *testing.T) {
	var sent []string
	c := NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		sent = append(sent, r.URL.Host+" "+r.Header.Get("If-Range"))
		return respond(r, http.StatusPartialContent, strings.NewReader("0123456789"), 10, "Content-Range: bytes 0-9/10"), nil
	})})
	q := ask()
	q.IfRange, q.Known = `"tag"`, 10
	for range 2 {
		for _, host := range []string{"a.test", "b.test"} {
			q.Location.URL = "http://" + host + "/f"
			resp, err := c.Get(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if carried := resp.IfRange != ""; carried != strings.HasSuffix(sent[len(sent)-1], q.IfRange) {
				t.Errorf("the response says %q, sent was %q", resp.IfRange, sent)
			}
			resp.Close()
		}
		c.IgnoresIfRange(Location{URL: "http://a.test/other"})
	}
	if want := `["a.test \"tag\"" "b.test \"tag\"" "a.test " "b.test \"tag\""]`; fmt.Sprintf("%q", sent) != want {
		t.Errorf("sent %q", sent)
	}
}

// TestHostsAreBounded meets more hosts than are remembered.
func TestHostsAreBounded(t *testing.T) {
	var h hosts
	for i := range 3 * maxHosts {
		h.with(fmt.Sprintf("%d.test", i), func(*host) {})
	}
	if n := len(h.m); n > maxHosts {
		t.Errorf("%d are remembered", n)
	}
}

// TestDialsAreBounded has a host that drops every SYN cost 4 s: time for the third,
// which goes out after 3 s.
func TestDialsAreBounded(t *testing.T) {
	if got := newDialer().Timeout; got != 4*time.Second {
		t.Errorf("a dial may take %v", got)
	}
}
