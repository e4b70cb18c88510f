// Package hostport owns the rule which address net/http dials for a URL.
//
// It must never open a connection or look up a name, nor know which addresses are
// allowed. Everything is in hostport.go.
package hostport

import (
	"net"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// ports are the usual ports of the schemes that net/http dials, proxies included.
var ports = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}

// Of returns the address, host:port, that net/http dials to reach the server or
// proxy of u. It returns "" for a URL without a host or of another scheme.
func Of(u *url.URL) string {
	host, port := u.Hostname(), ports[u.Scheme]
	if port == "" || host == "" {
		return ""
	}
	if u.Port() != "" {
		port = u.Port()
	}
	beyond := func(r rune) bool { return r > unicode.MaxASCII }
	if ascii, err := idna.Lookup.ToASCII(host); err == nil && strings.ContainsFunc(host, beyond) {
		host = ascii
	}
	return net.JoinHostPort(host, port)
}
