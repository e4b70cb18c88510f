package hostport

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"testing"
)

// TestOfAsNetHTTP compares with what net/http dials.
func TestOfAsNetHTTP(t *testing.T) {
	for raw, want := range map[string]string{
		"http://origin.test/a":       "origin.test:80",
		"https://Origin.Test/a":      "Origin.Test:443",
		"http://origin.test:8080/a":  "origin.test:8080",
		"http://[::1]/a":             "[::1]:80",
		"http://[fe80::1%25eth0]/a":  "[fe80::1%eth0]:80",
		"http://müller.test/a":       "xn--mller-kva.test:80",
		"https://MÜLLER.test:444/a":  "xn--mller-kva.test:444",
		"http://under_score.test/a":  "under_score.test:80",
		"http://bücher_ei.test/a":    "bücher_ei.test:80",
		"ftp://origin.test/a":        "",
		"http:///a":                  "",
		"http://xn--mller-kva.test/": "xn--mller-kva.test:80",
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := Of(u); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
		if got := dialed(u); got != want {
			t.Errorf("%s: net/http dials %q", raw, got)
		}
	}
}

// dialed returns what net/http dials for a URL.
func dialed(u *url.URL) (address string) {
	client := http.Client{Transport: &http.Transport{DialContext: func(_ context.Context, _, a string) (net.Conn, error) {
		address = a
		return nil, errors.New("not to be reached")
	}}}
	if resp, err := client.Get(u.String()); err == nil { //nolint:noctx // it fails at once
		_ = resp.Body.Close()
	}
	return address
}
