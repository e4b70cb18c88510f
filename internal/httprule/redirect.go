package httprule

import (
	"io"
	"net/http"
	"net/url"
	"strings"
)

// drained is how many bytes of a redirect's body are read, so that its
// connection can be used again.
const drained = 2 << 10

// Redirects are the rules by which a client follows redirects. No request after
// a redirect carries a Referer: the address that it would name may hold secrets.
type Redirects struct {
	// Max is the number of redirects that are followed. TooMany is the error of
	// the next one.
	Max     int
	TooMany error

	// Check returns why a request must not be sent, or nil. first is the
	// request that the caller made.
	Check func(req, first *http.Request) error

	// Headers are those of the first request that may be secret. They go only
	// to an address for which MayCarry is true.
	Headers http.Header

	// Downgrade, if not nil, is called before a redirect is followed that leads from
	// https into the clear, and returns why it must not be. via are the requests that were
	// made, the first of which is the caller's.
	Downgrade func(req *http.Request, via []*http.Request) error

	// Leave, if not nil, is called before a request goes to another origin than
	// that of the first request. The request is not sent if Leave fails. The
	// redirect's own connection is free by then.
	Leave func() error
}

// Policy returns the rules as the CheckRedirect of an http.Client.
func (r Redirects) Policy() func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		first := via[0]
		if len(via) > r.Max {
			return r.TooMany
		}
		if err := r.Check(req, first); err != nil {
			return err
		}
		if r.Downgrade != nil && req.URL.Scheme == "http" && via[len(via)-1].URL.Scheme == "https" {
			if err := r.Downgrade(req, via); err != nil {
				return err
			}
		}
		req.Header.Del("Referer")
		if !MayCarry(req.URL, first.URL) {
			for name := range r.Headers {
				req.Header.Del(name)
			}
		}
		if r.Leave != nil && !SameOrigin(req.URL, first.URL) {
			free(req.Response.Body)
			return r.Leave()
		}
		return nil
	}
}

// free returns the connection of a redirect's response to its pool. net/http
// does so only after CheckRedirect, which would make the connection wait.
func free(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, drained)
	_ = body.Close()
}

// MayCarry reports whether a request to an address may carry the headers of a
// request to from, which may be secret: the host must be the same, and the
// connection must use TLS if the one to from did.
func MayCarry(to, from *url.URL) bool {
	return to.Host == from.Host && (to.Scheme == from.Scheme || to.Scheme == "https")
}

// IsBadLocation reports whether a client's error says that the Location of a
// redirect is no address. net/http quotes that Location in the error, with any
// secret in it, so the error must not be shown.
func IsBadLocation(err error) bool {
	return strings.Contains(err.Error(), "Location header")
}
