package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/hostport"
	"github.com/tunesfs/tunesfs/internal/httprule"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

const (
	maxRequests = 10              // for one range, those that redirects lead to included
	dialTimeout = 4 * time.Second // time for three SYNs
	tlsTimeout  = 10 * time.Second
	idleTimeout = 90 * time.Second // how long a connection stays warm
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
	req, err := http.NewRequestWithContext(s.hosts.meet(ctx, httprule.Host(loc.URL)), http.MethodGet, loc.URL, nil)
	if err != nil || (req.URL.Scheme != "http" && req.URL.Scheme != "https") || req.URL.Host == "" {
		return nil, fmt.Errorf("%w: not an http or https address", ErrBadResponse)
	}
	if loc.Content != nil {
		return contentResponse(req, loc.Content), nil
	}
	if t, ours := s.opt.Transport.(*transport); ours {
		t.use(hostport.Of(req.URL))
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
	client := http.Client{Transport: s.opt.Transport, CheckRedirect: redirects(loc.Header, leave)}
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

// redirects returns the rules for redirects: bounded, to http and https, and with
// the headers of the location no further than its host.
func redirects(secret http.Header, leave func() error) func(*http.Request, []*http.Request) error {
	return httprule.Redirects{
		Max:     maxRequests - 1,
		TooMany: fmt.Errorf("%w: more than %d", fault.ErrRedirect, maxRequests),
		Check:   followable,
		Headers: secret,
		Leave:   leave,
	}.Policy()
}

// followable refuses a redirect to another scheme than http and https.
func followable(req, _ *http.Request) error {
	if req.URL.Scheme != "http" && req.URL.Scheme != "https" {
		return fmt.Errorf("%w: to scheme %q", fault.ErrRedirect, req.URL.Scheme)
	}
	return nil
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
	case httprule.IsBadLocation(err): // the message quotes it, secrets and all
		return fmt.Errorf("%w: %w: to what is no address", ErrBadResponse, fault.ErrRedirect)
	}
	return fmt.Errorf("%w: %s: %w", ErrUnreachable, host, err)
}
