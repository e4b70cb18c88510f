package itunes

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

// applePace is what Apple allows, which is about 20 calls a minute: no minute
// ever sees more than a burst and what is refilled during it.
var applePace = web.Pace{Burst: 5, Every: 4 * time.Second}

// maxBody is the longest response that is taken, in bytes; 200 rows are some 300 KB.
const maxBody = 16 << 20

// client returns the client that calls a service on host. Only Apple's is known
// to count calls; its word for too many is a 403 with nothing else.
func (o Options) client(host string) *web.Client {
	opt := web.Options{Env: o.Env, MaxBody: maxBody, Messages: true, Refused: isRefusal}
	if IsApple(host) {
		opt.Pace = applePace
	}
	return web.New(opt)
}

func isRefusal(status int) bool {
	return status == http.StatusForbidden || status == http.StatusTooManyRequests
}

// IsApple reports whether a host name is one of Apple's, which previews come from.
func IsApple(host string) bool {
	host = "." + strings.TrimSuffix(strings.ToLower(host), ".")
	return strings.HasSuffix(host, ".apple.com") || strings.HasSuffix(host, ".mzstatic.com")
}

// secured returns an address with https for http where the host is Apple's,
// which serves both alike. Any other address is returned as it is.
func secured(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" || !IsApple(u.Hostname()) {
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
