package httprule

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

var (
	errTooMany = errors.New("too many")
	errRefused = errors.New("refused")
)

// rules follow three redirects, except to a path with "refused" in it.
func rules() Redirects {
	return Redirects{Max: 3, TooMany: errTooMany, Check: func(req, _ *http.Request) error {
		if strings.Contains(req.URL.Path, "refused") {
			return errRefused
		}
		return nil
	}}
}

// get sends a request with a secret header, under the rules.
func get(t *testing.T, r Redirects, address string) error {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Secret", "hush")
	client := http.Client{CheckRedirect: r.Policy()}
	resp, err := client.Do(req)
	if err == nil {
		resp.Body.Close()
	}
	return err
}

func TestRedirectsAreBounded(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "/next", http.StatusFound)
	}))
	defer server.Close()
	if err := get(t, rules(), server.URL); !errors.Is(err, errTooMany) || asked != 4 {
		t.Errorf("%v after %d requests, want 4", err, asked)
	}
}

func TestRedirectIsRefused(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "/refused", http.StatusFound)
	}))
	defer server.Close()
	if err := get(t, rules(), server.URL); !errors.Is(err, errRefused) || asked != 1 {
		t.Errorf("%v after %d requests, want 1", err, asked)
	}
}

// Another host hears neither the secret headers nor where the request came
// from. It is not asked before Leave agrees.
func TestRedirectToAnotherHost(t *testing.T) {
	var heard []http.Header
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { heard = append(heard, r.Header) }))
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/first" {
			http.Redirect(w, r, "/second?key=hush", http.StatusFound)
			return
		}
		if r.Header.Get("X-Secret") == "" || r.Referer() != "" {
			t.Errorf("the same host heard %v", r.Header)
		}
		http.Redirect(w, r, other.URL, http.StatusFound)
	}))
	defer server.Close()

	left := 0
	r := rules()
	r.Headers = http.Header{"X-Secret": nil}
	r.Leave = func() error {
		left++
		if len(heard) > 0 {
			t.Error("asked before Leave agreed")
		}
		return nil
	}
	if err := get(t, r, server.URL+"/first"); err != nil || left != 1 {
		t.Errorf("%v, left %d times", err, left)
	}
	if len(heard) != 1 || heard[0].Get("X-Secret") != "" || heard[0].Get("Referer") != "" {
		t.Errorf("the other host heard %v", heard)
	}

	r.Leave = func() error { return errRefused }
	if err := get(t, r, server.URL+"/first"); !errors.Is(err, errRefused) || len(heard) != 1 {
		t.Errorf("%v, the other host heard %v", err, heard)
	}
}

// A body counts what is read of it.
type body struct {
	read   int
	closed bool
}

func (b *body) Read(p []byte) (int, error) {
	b.read += len(p)
	return len(p), nil
}

func (b *body) Close() error {
	b.closed = true
	return nil
}

// The connection of a redirect is free when Leave is called, after 2 KiB of its
// body at most.
func TestRedirectFreesItsConnection(t *testing.T) {
	b := &body{}
	first := &http.Request{URL: mustParse(t, "http://a.test/")}
	next := &http.Request{URL: mustParse(t, "http://b.test/"), Header: http.Header{}, Response: &http.Response{Body: b}}
	r := rules()
	r.Leave = func() error {
		if !b.closed || b.read != 2048 {
			t.Errorf("%d bytes read, closed is %v", b.read, b.closed)
		}
		return io.EOF
	}
	if err := r.Policy()(next, []*http.Request{first}); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

func TestIsBadLocation(t *testing.T) {
	for location, want := range map[string]bool{"http://host/%zz": true, "http://host:hush/": true, "/refused": false} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusFound)
		}))
		if err := get(t, rules(), server.URL); err == nil || IsBadLocation(err) != want {
			t.Errorf("%q: %v", location, err)
		}
		server.Close()
	}
}
