package itunes

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

const (
	maxBody      = 16 << 20 // bytes of an answer; 200 rows are some 300 KB
	maxRedirects = 5
	maxWait      = time.Hour // longest Retry-After that is believed
)

// boundRedirects returns a copy of client that follows a few redirects at most,
// and those only to http and https.
func boundRedirects(client *http.Client) *http.Client {
	bounded := *client
	bounded.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects {
			return fmt.Errorf("%w: more than %d redirects", catalog.ErrBadResponse, maxRedirects)
		}
		if err := catalog.CheckURL(req.URL.String()); err != nil {
			return fmt.Errorf("%w: a redirect to %w", catalog.ErrBadResponse, err)
		}
		return nil
	}
	return &bounded
}

// refusal reports whether an answer means that there were too many calls, and
// for how long the service wants none; 0 if it does not say. Apple's refusal is
// a 403 with nothing else.
func refusal(resp *http.Response, now time.Time) (wait time.Duration, refused bool) {
	if resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusTooManyRequests {
		return 0, false
	}
	return retryAfter(resp.Header.Get("Retry-After"), now), true
}

// retryAfter returns the wait that a Retry-After field asks for, in either form
// of RFC 9110 section 10.2.3, between a second and maxWait; 0 if there is none.
func retryAfter(field string, now time.Time) time.Duration {
	var wait time.Duration
	if seconds, err := strconv.ParseUint(field, 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(field); err == nil {
		wait = at.Sub(now)
	} else {
		return 0
	}
	return min(max(wait, time.Second), maxWait)
}

// readAnswer returns the rows of an answer that is no refusal.
func readAnswer(resp *http.Response) ([]row, error) {
	if resp.StatusCode != http.StatusOK {
		return nil, statusError(resp)
	}
	if kind := resp.Header.Get("Content-Type"); !mayBeJSON(kind) {
		return nil, fmt.Errorf("%w: Content-Type %.40q", catalog.ErrBadResponse, kind)
	}
	a, err := readResults(resp.Body)
	switch {
	case err != nil:
		return nil, err
	case a.message != "":
		return nil, fmt.Errorf("%w: %s", catalog.ErrBadQuery, a.message)
	case !a.complete:
		return nil, fmt.Errorf("%w: no results in it", catalog.ErrBadResponse)
	}
	return a.rows, nil
}

// statusError says what a status other than 200 means.
func statusError(resp *http.Response) error {
	kind := catalog.ErrBadResponse
	switch {
	case resp.StatusCode == http.StatusBadRequest:
		if a, err := readResults(resp.Body); err == nil && a.message != "" {
			return fmt.Errorf("%w: %s", catalog.ErrBadQuery, a.message)
		}
		kind = catalog.ErrBadQuery
	case resp.StatusCode == http.StatusUnauthorized:
		kind = catalog.ErrDenied
	case resp.StatusCode >= 500:
		kind = catalog.ErrUnavailable
	}
	return fmt.Errorf("%w: HTTP status %d %s", kind, resp.StatusCode, http.StatusText(resp.StatusCode))
}

// mayBeJSON reports whether a Content-Type is one under which services and
// plain file servers send JSON. Apple's is text/javascript.
func mayBeJSON(contentType string) bool {
	typ, _, _ := mime.ParseMediaType(contentType)
	return contentType == "" || strings.HasSuffix(typ, "+json") || slices.Contains([]string{
		"text/javascript", "application/javascript", "application/x-javascript",
		"application/json", "text/json", "text/plain", "application/octet-stream",
	}, typ)
}

func readResults(body io.Reader) (answer, error) {
	data, err := readBody(body)
	if err != nil {
		return answer{}, err
	}
	return decode(data)
}

// readBody returns a whole body, or ErrBadResponse if it is longer than maxBody
// or was cut off.
func readBody(body io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errTooShort
	case err != nil:
		return nil, err
	case len(data) > maxBody:
		return nil, fmt.Errorf("%w: longer than %d bytes", catalog.ErrBadResponse, maxBody)
	}
	return data, nil
}

// withoutQuery takes the address out of a client's error: it is long, and the
// host is what helps.
func withoutQuery(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		if u, bad := url.Parse(e.URL); bad == nil {
			return fmt.Errorf("%s: %w", u.Host, e.Err)
		}
	}
	return err
}
