package hostport

import (
	"net/url"
	"testing"
)

func TestOf(t *testing.T) {
	for text, want := range map[string]string{
		"http://proxy:3128":   "proxy:3128",
		"http://ｐroxy:3128":   "proxy:3128",
		"http://proxy_a:3128": "proxy_a:3128",
		"http://proxy":        "proxy:80",
		"https://proxy":       "proxy:443",
		"socks5://[::1]":      "[::1]:1080",
		"socks5h://10.0.0.1/": "10.0.0.1:1080",
		"http://[::1]:8080/x": "[::1]:8080",
		"http://":             "",
		"file:///etc/passwd":  "",
		"gopher://host/":      "",
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Of(u); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
