package web

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/internal/httprule"
)

const (
	maxWait     = time.Hour                    // longest Retry-After that is obeyed
	maxSensible = math.MaxUint32 * time.Second // a longer one is a mistake
	maxMessage  = 64 << 10                     // longest body of an error that is taken, in bytes
)

// A Response is what a service sent with status 200.
type Response struct {
	URL  *url.URL // where it came from, after redirects; may hold secrets
	Type string   // media type, in lower case and without parameters; "" if there was none, or a long one
	Body []byte
}

// A StatusError is a response with another status than 200. It matches
// catalog.ErrBadQuery, ErrDenied, ErrNotFound, ErrUnavailable or ErrBadResponse.
type StatusError struct {
	Status int
	Body   []byte // as far as it came, at most 64 KiB; nil without Options.Messages
}

// WithoutBody returns a client's error without the body of a response, for one that
// is kept.
func WithoutBody(err error) error {
	if status, ok := errors.AsType[*StatusError](err); ok {
		return &StatusError{Status: status.Status}
	}
	return err
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("%v: HTTP status %d %s", e.Unwrap(), e.Status, http.StatusText(e.Status))
}

// Unwrap returns the kind of failure that the status means.
func (e *StatusError) Unwrap() error {
	switch {
	case e.Status == http.StatusBadRequest:
		return catalog.ErrBadQuery
	case e.Status == http.StatusUnauthorized, e.Status == http.StatusForbidden:
		return catalog.ErrDenied
	case e.Status == http.StatusNotFound, e.Status == http.StatusGone:
		return catalog.ErrNotFound
	case e.Status >= 500:
		return catalog.ErrUnavailable
	}
	return catalog.ErrBadResponse
}

// ErrCut is what a response fails with that ends too early.
var ErrCut = fmt.Errorf("%w: it ends too early", catalog.ErrBadResponse)

// read returns the response that resp brings.
func (c *Client) read(resp *http.Response) (*Response, error) {
	if resp.StatusCode != http.StatusOK {
		failed := &StatusError{Status: resp.StatusCode}
		if c.messages {
			failed.Body, _ = io.ReadAll(io.LimitReader(resp.Body, maxMessage)) // the status is what counts
		}
		return nil, failed
	}
	body, err := readBody(resp.Body, c.maxBody)
	if err != nil {
		return nil, err
	}
	return &Response{URL: resp.Request.URL, Type: httprule.MediaType(resp.Header.Get("Content-Type")), Body: body}, nil
}

// readBody returns a whole body, or ErrBadResponse if it is longer than limit
// or was cut off.
func readBody(body io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, ErrCut
	case httprule.IsMalformed(err):
		return nil, fmt.Errorf("%w: malformed", catalog.ErrBadResponse)
	case err != nil:
		return nil, err
	case int64(len(data)) > limit:
		return nil, fmt.Errorf("%w: longer than %d bytes", catalog.ErrBadResponse, limit)
	}
	return data, nil
}

// CheckJSON fails with catalog.ErrBadResponse if the response's media type is
// none under which services and plain file servers send JSON. Apple's is
// text/javascript.
func (r *Response) CheckJSON() error {
	if r.Type == "" || strings.HasSuffix(r.Type, "+json") || slices.Contains([]string{
		"text/javascript", "application/javascript", "application/x-javascript",
		"application/json", "text/json", "text/plain", "application/octet-stream",
	}, r.Type) {
		return nil
	}
	return fmt.Errorf("%w: Content-Type %.40q", catalog.ErrBadResponse, r.Type)
}

// retryAfter returns the wait that a Retry-After field asks for, between a
// second and maxWait; 0 if it does not say.
func retryAfter(field string, now time.Time) time.Duration {
	wait, ok := httprule.RetryAfter(field, now)
	if !ok || wait > maxSensible {
		return 0
	}
	return min(max(wait, time.Second), maxWait)
}

// withoutAddress takes the address out of a client's error: it is long and may
// hold secrets, and the host is what helps.
func withoutAddress(err error) error {
	e, ok := errors.AsType[*url.Error](err)
	if !ok {
		return err
	}
	if httprule.IsBadLocation(e.Err) {
		return fmt.Errorf("%w: a redirect to what is no address", catalog.ErrBadResponse)
	}
	if words := httprule.Breach(e.Err, time.Now()); words != "" {
		return fmt.Errorf("%w: %s: %s", catalog.ErrBadResponse, httprule.Host(e.URL), words)
	}
	if host := httprule.Host(e.URL); host != "" {
		return fmt.Errorf("%s: %w", host, e.Err)
	}
	return e.Err
}
