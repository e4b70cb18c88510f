package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

const (
	maxRedirects = 10
	redirectLen  = 2 << 10         // how much of what comes with a redirect is read, for its connection's sake
	dialTimeout  = 4 * time.Second // time for three SYNs
	tlsTimeout   = 10 * time.Second
	idleTimeout  = 90 * time.Second // how long a connection stays warm
)

// newTransport returns the transport of a store that was given none.
func newTransport(opt Options) *transport {
	t := &transport{open: make(map[string]int), failed: make(map[string]time.Time), kept: make(map[string]*kept)}
	t.Transport = &http.Transport{
		Proxy:                 opt.Proxy,
		DialContext:           t.count(opt.Dial),
		TLSHandshakeTimeout:   tlsTimeout,
		MaxIdleConnsPerHost:   opt.Connections,
		MaxConnsPerHost:       opt.Connections, // those that are being closed count too
		IdleConnTimeout:       idleTimeout,
		ExpectContinueTimeout: time.Second,
		DisableCompression:    true, // a compressed range cannot be put together
		ForceAttemptHTTP2:     true,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
			if resp.StatusCode != http.StatusOK {
				return statusErrorOf(resp, time.Now()) // net/http's own has words only
			}
			return nil
		},
	}
	return t
}

// get asks loc for a range, on condition that the file still is what ifRange
// names. The response is as the server gave it; its body must be closed. leave is
// called before a redirect is followed to another server.
func (s *Store) get(ctx context.Context, loc Location, r ranges.Range, ifRange string, leave func() error) (*http.Response, error) {
	req, err := http.NewRequestWithContext(s.hosts.meet(ctx, hostOf(loc.URL)), http.MethodGet, loc.URL, nil)
	if err != nil || (req.URL.Scheme != "http" && req.URL.Scheme != "https") || req.URL.Host == "" {
		return nil, fmt.Errorf("%w: not an http or https address", ErrBadResponse)
	}
	if loc.Content != nil {
		return contentResponse(req, loc.Content), nil
	}
	if t, ours := s.opt.Transport.(*transport); ours {
		t.use(addressOf(req.URL))
	}
	for name, values := range loc.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("User-Agent", s.opt.UserAgent)
	req.Header.Set("Range", rangeHeader(r))
	if ifRange != "" {
		req.Header.Set("If-Range", ifRange)
	}
	client := http.Client{Transport: s.opt.Transport, CheckRedirect: redirectPolicy(loc.Header, leave)}
	resp, err := client.Do(req)
	if err != nil {
		return nil, requestError(ctx, req.URL.Host, err)
	}
	return resp, nil
}

// rangeHeader writes r as RFC 9110 section 14.2 wants it.
func rangeHeader(r ranges.Range) string {
	if r.End == ranges.Unbounded {
		return fmt.Sprintf("bytes=%d-", r.Start)
	}
	return fmt.Sprintf("bytes=%d-%d", r.Start, r.End-1)
}

// redirectPolicy follows a bounded number of redirects to http and https, and
// takes the headers that came with the location no further than its host. It
// calls leave before each request to another server.
func redirectPolicy(secret http.Header, leave func() error) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		if len(via) >= maxRedirects {
			return fmt.Errorf("%w: more than %d", fault.ErrRedirect, maxRedirects)
		}
		if req.URL.Scheme != "http" && req.URL.Scheme != "https" {
			return fmt.Errorf("%w: to scheme %q", fault.ErrRedirect, req.URL.Scheme)
		}
		req.Header.Del("Referer") // the address it came from may hold secrets
		if !mayHave(req.URL, via[0].URL) {
			for name := range secret {
				req.Header.Del(name)
			}
		}
		if req.URL.Host != via[0].URL.Host || req.URL.Scheme != via[0].URL.Scheme {
			// net/http does so only later, and has the connection wait.
			_, _ = io.CopyN(io.Discard, req.Response.Body, redirectLen)
			_ = req.Response.Body.Close()
			return leave()
		}
		return nil
	}
}

// mayHave reports whether the headers of from, which may be secret, may go to an
// address: of the same host, and over TLS if from was.
func mayHave(to, from *url.URL) bool {
	return to.Host == from.Host && (to.Scheme == from.Scheme || to.Scheme == "https")
}

// requestError says why a request got no response, without the URL: it may hold
// secrets.
func requestError(ctx context.Context, host string, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	switch {
	case errors.Is(err, fault.ErrRedirect):
		return fmt.Errorf("%w: %w", ErrBadResponse, err)
	case strings.Contains(err.Error(), "Location header"): // net/http quotes it, secrets and all
		return fmt.Errorf("%w: %w: to what is no address", ErrBadResponse, fault.ErrRedirect)
	}
	return fmt.Errorf("%w: %s: %w", ErrUnreachable, host, err)
}
