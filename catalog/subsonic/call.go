package subsonic

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

// common returns what every call sends, but for what signs it.
func common() url.Values {
	return url.Values{"v": {"1.16.1"}, "c": {"tunesfs"}, "f": {"json"}}
}

// address returns where a method is called.
func (s *Source) address(method string, params url.Values) string {
	u := s.base.JoinPath(method)
	u.RawQuery = params.Encode()
	return u.String()
}

// signed returns params with what every call sends.
func (s *Source) signed(params url.Values) url.Values {
	all := common()
	for _, more := range []url.Values{params, s.auth.params()} {
		for key := range more {
			all.Set(key, more.Get(key))
		}
	}
	return all
}

// call calls a method and returns what the server answers.
func (s *Source) call(ctx context.Context, method string, params url.Values) (*response, error) {
	byToken := s.auth.sendsTokens()
	r, err := s.try(ctx, method, params)
	noTokens := byToken && knowsNoTokens(r, err)
	if noTokens && s.auth.fallBack() {
		r, err = s.try(ctx, method, params)
		noTokens = false
	}
	if err == nil {
		s.auth.proven.Store(true)
		return r, nil
	}
	if noTokens {
		err = fmt.Errorf("%w: the server cannot check a token; with the option auth=password it is sent the password", catalog.ErrDenied)
	}
	return nil, fmt.Errorf("subsonic: %s: %w", method, s.explained(err))
}

// try calls a method once. The response comes with a failure, too.
func (s *Source) try(ctx context.Context, method string, params url.Values) (*response, error) {
	forms, err := s.has(ctx, extensionForms)
	if err != nil {
		return nil, err
	}
	var resp *web.Response
	if forms {
		resp, err = s.client.PostForm(ctx, s.base.JoinPath(method).String(), s.signed(params))
	} else {
		resp, err = s.client.Get(ctx, s.address(method, s.signed(params)), "")
	}
	if err != nil {
		return nil, err
	}
	return read(resp)
}

// read returns the Subsonic response in the body of resp.
func read(resp *web.Response) (*response, error) {
	if body := trimmed(resp.Body); len(body) > 0 && body[0] == '<' {
		if f := failureIn(body); f != nil {
			return nil, f
		}
	}
	if err := resp.CheckJSON(); err != nil {
		return nil, err
	}
	return decode(resp.Body)
}

// explained says what an error means here. Other statuses than 200 may come
// with a failure as well.
func (s *Source) explained(err error) error {
	if status, ok := errors.AsType[*web.StatusError](err); ok {
		if f := failureIn(status.Body); f != nil {
			err = f
		} else if status.Status == http.StatusNotFound || status.Status == http.StatusGone {
			return fmt.Errorf("%w: HTTP status %d; is there a Subsonic server at %s", catalog.ErrBadResponse, status.Status, s.base.Host)
		}
	}
	if f, ok := errors.AsType[*failure](err); ok {
		return f.sanitized(s.auth)
	}
	return web.WithoutBody(err)
}

// knowsNoTokens reports whether a server has refused a token for not knowing
// what that is: it says so, or is older than tokens, which came with version
// 1.13.0 of the protocol.
func knowsNoTokens(r *response, err error) bool {
	f, ok := errors.AsType[*failure](err)
	if !ok {
		return false
	}
	return f.Code == codeNoTokens || f.Code == codeMissing && r != nil && isBefore(string(r.Version), 1, 13)
}

// isBefore reports whether a version is lower than major.minor.
func isBefore(version string, major, minor int) bool {
	first, rest, _ := strings.Cut(version, ".")
	second, _, _ := strings.Cut(rest, ".")
	a, errA := strconv.Atoi(first)
	b, errB := strconv.Atoi(second)
	return errA == nil && errB == nil && (a < major || a == major && b < minor)
}
