// Package web asks music services over HTTP: with bounded bodies and redirects,
// one meaning for each status, and no more calls than a service wants.
//
// It owns every request that a Source makes, and the defaults of the client and
// the user agent. It must never know the format of a body or a track.
//
// Open client.go first: Do makes a call. gate.go holds calls back, redirect.go
// bounds redirects, response.go reads the response, and base.go checks addresses.
package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/internal/httprule"
)

const defaultMaxBody = 16 << 20

// Options are what a Client needs from outside. The zero value is useful.
type Options struct {
	catalog.Env

	MaxBody  int64 // longest body that is taken, in bytes; 0 is 16 MiB
	Pace     Pace  // zero: calls are not held back
	Parallel int   // most calls at a time; 0: as many as are made

	// Messages is whether a StatusError has the body of its response, in which a
	// service may say more.
	Messages bool

	// Secret is whether calls carry a secret, in their addresses too.
	Secret bool

	// Refused reports whether a status means too many calls. nil: 429.
	Refused func(status int) bool
}

// A Client asks one service. Its methods may be called concurrently.
type Client struct {
	http      *http.Client
	agent     string
	maxBody   int64
	messages  bool
	isTooMany func(status int) bool
	gate      *gate
	slots     chan struct{} // holds an element for each call under way; nil: they are not counted
}

// New returns a Client.
func New(opt Options) *Client {
	if opt.Client == nil {
		opt.Client = new(http.Client)
	}
	if opt.UserAgent == "" {
		opt.UserAgent = "tunesfs"
	}
	if opt.MaxBody == 0 {
		opt.MaxBody = defaultMaxBody
	}
	if opt.Refused == nil {
		opt.Refused = func(status int) bool { return status == http.StatusTooManyRequests }
	}
	var slots chan struct{}
	if opt.Parallel > 0 {
		slots = make(chan struct{}, opt.Parallel)
	}
	return &Client{
		slots:     slots,
		http:      boundRedirects(opt),
		agent:     opt.UserAgent,
		maxBody:   opt.MaxBody,
		messages:  opt.Messages,
		isTooMany: opt.Refused,
		gate:      newGate(opt.Pace),
	}
}

// Get asks for an address. accept is what the Accept field says, "" for
// anything. It fails as Do does.
func (c *Client) Get(ctx context.Context, address, accept string) (*Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: malformed", catalog.ErrInvalidURL)
	}
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	return c.Do(req)
}

// PostForm sends a form to an address: what stands in it is kept out of
// addresses, and so out of logs. It must be harmless to send it twice, which is
// done where a connection was lost. It fails as Do does.
func (c *Client) PostForm(ctx context.Context, address string, form url.Values) (*Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, fmt.Errorf("%w: malformed", catalog.ErrInvalidURL)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header["Idempotency-Key"] = nil // tells net/http so, and is not sent
	return c.Do(req)
}

// Do sends a request and returns the whole response. It fails with a
// catalog.RateLimitError where the service was called too often, with a
// StatusError for any other status than 200, with catalog.ErrBadResponse for a
// body that is too long or was cut off. No error holds the address: that may
// have secrets.
func (c *Client) Do(req *http.Request) (*Response, error) {
	if err := c.acquire(req.Context()); err != nil {
		return nil, err
	}
	defer c.release()
	if err := c.gate.enter(req.Context()); err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.agent)
	client := *c.http
	if client.Jar == nil {
		client.Jar = &httprule.Jar{} // some servers set a cookie by a redirect, and want it back
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, withoutAddress(err)
	}
	defer resp.Body.Close()
	sent := httprule.Sent(resp.Header.Get("Date"), time.Now())
	if wait := retryAfter(resp.Header.Get("Retry-After"), sent); c.isRefusal(resp.StatusCode, wait) {
		return nil, c.gate.refused(wait)
	}
	response, err := c.read(resp)
	if err == nil {
		c.gate.succeeded()
	}
	return response, err
}

// acquire waits for a slot. There are as many slots as calls may be under way.
func (c *Client) acquire(ctx context.Context) error {
	if c.slots == nil {
		return nil
	}
	select {
	case c.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Client) release() {
	if c.slots != nil {
		<-c.slots
	}
}

// isRefusal reports whether a response asks for fewer calls. A 503 that says
// when to come back does, too.
func (c *Client) isRefusal(status int, wait time.Duration) bool {
	return c.isTooMany(status) || status == http.StatusServiceUnavailable && wait > 0
}
