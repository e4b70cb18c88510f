package itunes

import (
	"net/url"
	"strings"
)

// isApple reports whether a host name is one of Apple's.
func isApple(host string) bool {
	host = "." + strings.TrimSuffix(strings.ToLower(host), ".")
	return strings.HasSuffix(host, ".apple.com") || strings.HasSuffix(host, ".mzstatic.com")
}

// secured returns an address with https for http where the host is Apple's,
// which serves both alike. Any other address is returned as it is.
func secured(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" || !isApple(u.Hostname()) {
		return raw
	}
	switch u.Port() {
	case "":
	case "80":
		u.Host = strings.TrimSuffix(u.Host, ":80")
	default:
		return raw
	}
	u.Scheme = "https"
	return u.String()
}
