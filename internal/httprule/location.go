package httprule

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// EscapeLocations returns a transport that makes the Location of each redirect an
// address, as EscapeLocation does, and sends the query of each request as EscapeQuery
// has it. A nil transport is one as http.DefaultTransport,
// with the head of a response bounded to MaxHeader.
func EscapeLocations(transport http.RoundTripper) http.RoundTripper {
	if transport == nil {
		transport = usualTransport
	}
	return locations{transport}
}

var usualTransport = newUsualTransport()

func newUsualTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxResponseHeaderBytes = MaxHeader
	return t
}

type locations struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (l locations) RoundTrip(req *http.Request) (*http.Response, error) {
	if query := EscapeQuery(req.URL.RawQuery); query != req.URL.RawQuery {
		req = req.WithContext(req.Context()) // a transport must not change its request
		address := *req.URL
		address.RawQuery = query
		req.URL = &address
	}
	resp, err := l.RoundTripper.RoundTrip(req)
	if err != nil || resp.StatusCode/100 != 3 {
		return resp, err
	}
	if location := resp.Header.Get("Location"); location != "" {
		resp.Header.Set("Location", EscapeLocation(location))
	}
	return resp, nil
}

// EscapeLocation returns the value of a Location field with the bytes escaped that
// may not stand in an address (RFC 3986 section 2): a % that begins no escape,
// "/100%.mp3", a control character, and a space. Clients follow such redirects,
// and servers send them. A % in a query stays, since many servers read a query as
// it is. Where the first segment of a relative path has a colon, "12:30.mp3", it
// gets the "./" that RFC 3986 section 4.2 wants. All else stays as it is.
func EscapeLocation(location string) string {
	var b strings.Builder
	start, query := endOfHost(location), false
	b.WriteString(location[:start])
	for i := start; i < len(location); i++ {
		c := location[i]
		switch query = c != '#' && (query || c == '?'); {
		case c == '%' && !query && !isEscape(location[i:]):
			b.WriteString("%25")
		case c <= ' ' || c == 0x7f:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	escaped := b.String()
	if _, err := url.Parse(escaped); err != nil && start == 0 && !strings.HasPrefix(escaped, "/") {
		if _, err := url.Parse("./" + escaped); err == nil {
			return "./" + escaped
		}
	}
	return escaped
}

// EscapeQuery returns a query with the bytes escaped that may not stand in one, as
// browsers do: https://url.spec.whatwg.org/#special-query-percent-encode-set. Many
// servers refuse a request with a space in it. What is escaped stays so.
func EscapeQuery(query string) string {
	odd := 0
	for i := range len(query) {
		if isOddInQuery(query[i]) {
			odd++
		}
	}
	if odd == 0 {
		return query
	}
	escaped := make([]byte, 0, len(query)+2*odd)
	for i := range len(query) {
		if c := query[i]; isOddInQuery(c) {
			escaped = fmt.Appendf(escaped, "%%%02X", c)
		} else {
			escaped = append(escaped, c)
		}
	}
	return string(escaped)
}

// isOddInQuery reports whether a byte of a query has to be escaped.
func isOddInQuery(c byte) bool { return c <= ' ' || c > '~' || strings.IndexByte("\"<>'#", c) >= 0 }

// endOfHost returns where the host of an address ends: 0 if it has none.
func endOfHost(location string) int {
	before, after, ok := strings.Cut(location, "//")
	if !ok || before != "" && (!strings.HasSuffix(before, ":") || strings.ContainsAny(before, "/?#%")) {
		return 0
	}
	start := len(location) - len(after)
	if i := strings.IndexAny(after, "/?#"); i >= 0 {
		return start + i
	}
	return len(location)
}

// isEscape reports whether s begins with an escaped byte, "%2F".
func isEscape(s string) bool {
	return len(s) > 2 && isHex(s[1]) && isHex(s[2])
}

func isHex(c byte) bool { return strings.IndexByte("0123456789abcdefABCDEF", c) >= 0 }
