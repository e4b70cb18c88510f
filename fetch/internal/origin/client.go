// Package origin owns a store's requests. A Client sends them, follows redirects,
// watches for silence and checks the response by RFC 9110; a Response that comes
// out of Client.Get is true, or there is an error. Its caller sees no
// http.Header of a response.
//
// It must never know files on disk, states or priorities: whether a response
// continues the bytes that are held is for its caller to judge. Open client.go
// first, at Client.Get, then response.go and interpret.go, the pure table of the
// meanings of a head; doubt.go has a file asked for without a range where that makes
// no sense. Redirects are followed in client.go, by the rules of package httprule;
// named.go asks which version ends where a 416 says; keepalive.go keeps connections
// open; hosts.go remembers how servers behaved, and who waits to learn it; location.go
// also has the response for a file that came with its location.
package origin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/hostport"
	"github.com/tunesfs/tunesfs/internal/httprule"
	"github.com/tunesfs/tunesfs/internal/panics"
)

// maxRequests is how many requests one Get makes at most, with those that
// redirects lead to. There may be as many again without a range.
const maxRequests = 10

// A Client makes requests and remembers how servers behaved.
type Client struct {
	opt        Options
	hosts      hosts
	downgrades httprule.Downgrades
}

// NewClient returns a client.
func NewClient(opt Options) *Client {
	if opt.Transport == nil {
		opt.Transport = NewTransport(opt)
	}
	return &Client{opt: opt}
}

// Transport returns the transport by which the client makes its requests.
func (c *Client) Transport() http.RoundTripper { return c.opt.Transport }

// CloseIdle closes the connections that no request uses.
func (c *Client) CloseIdle() {
	if t, ok := c.opt.Transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// Get makes a request, and returns the response once its head is read. The caller
// closes it. Get fails with ErrBadResponse, with a StatusError, with ErrUnreachable,
// with the error of Refuse, or, where no response came, with ctx's cause.
func (c *Client) Get(ctx context.Context, q Request) (*Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := newWatchdog(q.Patience, cancel)
	r, err := c.guarded(ctx, q, w)
	w.rest() // until the body is read
	if err == nil {
		r.ctx, r.cancel, r.watchdog = ctx, cancel, w
		r.log = c.opt.log()
		return r, nil
	}
	cancel(nil)
	return nil, err
}

// guarded is get, with a panic of the code that reads the response as an error.
func (c *Client) guarded(ctx context.Context, q Request, w *watchdog) (r *Response, err error) {
	defer panics.Recover(c.opt.log(), "a response", fault.ErrBadResponse, &err)
	if r, err = c.get(ctx, q, w); err != nil {
		return nil, err
	}
	return c.named(ctx, q, w, r)
}

// get is Get under a watchdog, which the caller puts to rest. Where a response to a
// range makes no sense, it asks once without one; where a 304 is of another version,
// once without a condition.
func (c *Client) get(ctx context.Context, q Request, w *watchdog) (*Response, error) {
	r, err := c.ask(ctx, q, w)
	if errors.Is(err, errOtherUnchanged) {
		w.moved()
		q.Unless = validator.Validator{}
		r, err = c.ask(ctx, q, w)
	}
	doubt, ok := errors.AsType[*doubtError](err)
	if !ok || q.PartOnly {
		return r, err
	}
	w.moved()
	q.plain = true
	if r, err = c.ask(ctx, q, w); err != nil {
		return nil, err
	}
	if err := c.believe(doubt, q, r); err != nil {
		_ = r.body.Close()
		return nil, err
	}
	return r, nil
}

// ask makes a request, and checks the response.
func (c *Client) ask(ctx context.Context, q Request, w *watchdog) (*Response, error) {
	host := httprule.Host(q.Location.URL)
	if c.hosts.ignoresIfRange(host) {
		q.IfRange = ""
	}
	var waited time.Duration // for LeaveHost
	leave := func() error {
		w.rest()
		defer w.moved()
		began := time.Now()
		defer func() { waited += time.Since(began) }()
		return q.LeaveHost()
	}
	sent := time.Now()
	jar := &httprule.Jar{}
	resp, err := c.send(ctx, q, leave, jar)
	if err != nil {
		return nil, err
	}
	if q.Location.Content == nil {
		c.hosts.answered(host, time.Since(sent)-waited, resp.Request.URL.Host, resp.ProtoMajor)
	}
	r, err := newResponse(q, resp, time.Now())
	if err == nil {
		r.refuse = c.refusal(q)
		err = r.refuseOffer(ctx)
	}
	if err != nil {
		_ = resp.Body.Close()
		return nil, err
	}
	if jar.Sent() {
		r.RedirectTarget = Location{} // without the cookie it may lead elsewhere
	}
	r.RTT = c.hosts.rtt(host)
	if q.Location.Content == nil {
		c.hosts.noteLength(host, r.Validator.Size)
	}
	return r, nil
}

// send makes a request. The response is as the server gave it. leave is called
// before a redirect is followed to another server. jar holds the cookies of the chain.
func (c *Client) send(ctx context.Context, q Request, leave func() error, jar *httprule.Jar) (*http.Response, error) {
	loc := q.Location
	req, err := http.NewRequestWithContext(c.hosts.meet(ctx, httprule.Host(loc.URL)), http.MethodGet, loc.URL, nil)
	if err != nil || (req.URL.Scheme != "http" && req.URL.Scheme != "https") || req.URL.Host == "" || len(loc.URL) > httprule.MaxURL {
		return nil, fmt.Errorf("%w: not an http or https address", fault.ErrBadResponse)
	}
	if loc.Content != nil {
		return inlineResponse(req, loc.Content), nil
	}
	if t, ours := c.opt.Transport.(*Transport); ours {
		t.use(hostport.Of(req.URL))
	}
	for name, values := range loc.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("User-Agent", c.opt.UserAgent)
	req.Header.Set("Range", rangeHeader(q.Range))
	if q.IfRange != "" {
		req.Header.Set("If-Range", q.IfRange)
	}
	q.conditions(req.Header)
	c.dropRange(req, q)
	policy := c.redirects(loc, leave)
	client := http.Client{Transport: httprule.EscapeLocations(c.opt.Transport), Jar: jar,
		CheckRedirect: func(req *http.Request, via []*http.Request) error { c.dropRange(req, q); return policy(req, via) }}
	resp, err := client.Do(req)
	if httprule.IsMalformed(err) {
		resp, err = client.Do(req) // once more: a head that was cut short looks the same
	}
	if err != nil {
		return nil, requestError(ctx, req.URL.Host, err)
	}
	return resp, nil
}

// redirects returns the rules for redirects: bounded, to http and https, and with
// the headers of the location no further than its host. From https to http only what
// carries no secret is redirected.
func (c *Client) redirects(loc Location, leave func() error) func(*http.Request, []*http.Request) error {
	return httprule.Redirects{
		Max:     maxRequests - 1,
		TooMany: fmt.Errorf("%w: more than %d", fault.ErrRedirect, maxRequests),
		Check:   followable,
		Headers: loc.Header,
		Downgrade: func(req *http.Request, via []*http.Request) error {
			if loc.mayBeSecret() || httprule.LearntSecret(req, via) {
				return fmt.Errorf("%w: from https to http, which would show a secret to others", fault.ErrRedirect)
			}
			c.downgrades.Warn(c.opt.log(), req, via[0])
			return nil
		},
		Leave: leave,
	}.Policy()
}

// followable refuses a redirect to another scheme than http and https, and to an
// address that is too long.
func followable(req, _ *http.Request) error {
	if req.URL.Scheme != "http" && req.URL.Scheme != "https" {
		return fmt.Errorf("%w: to an address that is neither http nor https", fault.ErrRedirect)
	}
	if len(req.URL.String()) > httprule.MaxURL {
		return fmt.Errorf("%w: to an address of more than %d bytes", fault.ErrRedirect, httprule.MaxURL)
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
		return fmt.Errorf("%w: %w", fault.ErrBadResponse, err)
	case httprule.IsBadLocation(err): // the message quotes it, secrets and all
		return fmt.Errorf("%w: %w: to what is no address", fault.ErrBadResponse, fault.ErrRedirect)
	}
	if words := httprule.Breach(err, time.Now()); words != "" {
		return fmt.Errorf("%w: %s: %s", fault.ErrBadResponse, host, words)
	}
	return fmt.Errorf("%w: %s: %w", fault.ErrUnreachable, host, err)
}

// KeepAlive keeps a connection to the server of a location open while the server
// is in use, ready for the next request: until five minutes after the last request
// or call of KeepAlive. It returns at once, and nothing is asked of the server. It
// does nothing for a file that came with its location, for a transport that is not
// the client's own, and where a proxy is in between. ctx ends all that it began.
func (c *Client) KeepAlive(ctx context.Context, loc Location) {
	t, ours := c.opt.Transport.(*Transport)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, loc.URL, nil)
	if !ours || err != nil || loc.Content != nil {
		return
	}
	address := hostport.Of(req.URL)
	if proxy, err := t.Proxy(req); address == "" || proxy != nil || err != nil {
		return
	}
	if k := t.begin(address); k != nil && !c.opt.Spawn(func() { t.keepOpen(k, address, req) }) {
		t.forget(k, address)
	}
	if t.claim(address) && !c.opt.Spawn(func() { t.connect(req); t.add(address, -1) }) {
		t.add(address, -1)
	}
}

// refusal returns Options.Refuse for offers of the file that q asks for, or nil.
func (c *Client) refusal(q Request) func(Offer) error {
	if c.opt.Refuse == nil {
		return nil
	}
	return func(o Offer) error {
		o.Key, o.Expected = q.File, q.Expected
		return c.opt.Refuse(o)
	}
}
