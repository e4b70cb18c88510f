package main

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
)

// networkOf returns the network of a catalogue at base; "" is one without server.
func networkOf(t *testing.T, base string) *network {
	t.Helper()
	s := source{scheme: "itunes"}
	if base != "" {
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		s.base = u
	}
	n := newNetwork(s)
	t.Cleanup(func() { _ = n.close() })
	return n
}

// A catalogue on the Internet, known by a number so that no test asks a name
// server, must not lead into the local network; one at home may.
func TestWhereACatalogueMayLead(t *testing.T) {
	local := httptest.NewServer(http.NotFoundHandler())
	defer local.Close()
	port := local.Listener.Addr().(*net.TCPAddr)
	for _, tt := range []struct {
		home, to string
		denied   bool
	}{
		{"https://17.253.144.10/", local.URL, true},
		{"https://17.253.144.10/", "http://localhost:" + strconv.Itoa(port.Port), true},
		{"https://17.253.144.10/", "http://[::ffff:127.0.0.1]:1/", true},
		{"https://17.253.144.10/", "http://169.254.169.254/latest/meta-data/", true},
		{"https://name.invalid/", local.URL, true},
		{"http://10.0.0.1/", local.URL, false},
		{"http://localhost/", local.URL, false},
		{local.URL, local.URL, false},
		{"", local.URL, false},
	} {
		n := networkOf(t, tt.home)
		resp, err := n.client.Get(tt.to)
		if err == nil {
			resp.Body.Close()
		}
		if errors.Is(err, fetch.ErrDenied) != tt.denied || err != nil && !tt.denied {
			t.Errorf("from %s to %s: %v", tt.home, tt.to, err)
		}
	}
}

// A redirect leads no further than an address that was named.
func TestRedirectIntoTheLocalNetwork(t *testing.T) {
	secret := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the secret server was asked") }))
	defer secret.Close()
	public := httptest.NewServer(http.RedirectHandler(secret.URL, http.StatusFound))
	defer public.Close()
	n := networkOf(t, "https://17.253.144.10/")
	at, err := url.Parse(public.URL)
	if err != nil {
		t.Fatal(err)
	}
	n.proxies[at.Host] = true // stands for a public address
	if _, err := n.client.Get(public.URL); !errors.Is(err, fetch.ErrDenied) {
		t.Errorf("got %v", err)
	}
}

// What lies behind a proxy is told by its number only; the proxy itself may be
// anywhere.
func TestThroughAProxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {}))
	defer proxy.Close()
	n := networkOf(t, "http://17.253.144.10/")
	n.named = func(*http.Request) (*url.URL, error) { return url.Parse(proxy.URL) }
	for to, denied := range map[string]bool{
		"http://17.253.144.10/": false,
		"http://cdn.invalid/":   false,
		"http://192.168.1.1/":   true,
		"http://[::1]/":         true,
	} {
		resp, err := n.client.Get(to)
		if err == nil {
			resp.Body.Close()
		}
		if errors.Is(err, fetch.ErrDenied) != denied || err != nil && !denied {
			t.Errorf("to %s: %v", to, err)
		}
	}
}

func TestProxyAddress(t *testing.T) {
	for text, want := range map[string]string{
		"http://proxy:3128":   "proxy:3128",
		"http://proxy":        "proxy:80",
		"https://proxy":       "proxy:443",
		"socks5://[::1]":      "[::1]:1080",
		"socks5h://10.0.0.1/": "10.0.0.1:1080",
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := proxyAddress(u); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
