package web

import (
	"fmt"
	"net/http"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/internal/httprule"
)

// maxRedirects is as many as a file may have: what a server does to its files it does to
// its lists.
const maxRedirects = 9

var errRedirects = fmt.Errorf("%w: more than %d redirects", catalog.ErrBadResponse, maxRedirects)

// boundRedirects returns a copy of client that follows at most maxRedirects
// redirects, and only to http and https. Secrets stay with the server that was
// asked: no other gets its address as Referer, and no other gets a form.
//
// A redirect from https to http is refused where calls carry a secret. It is followed
// elsewhere, and logged once for each host.
func boundRedirects(opt Options) *http.Client {
	bounded := *opt.Client
	bounded.Transport = httprule.EscapeLocations(opt.Client.Transport)
	downgrades := new(httprule.Downgrades)
	bounded.CheckRedirect = httprule.Redirects{Max: maxRedirects, TooMany: errRedirects, Check: checkRedirect,
		Downgrade: func(req *http.Request, via []*http.Request) error {
			first := via[0]
			if opt.Secret || first.URL.User != nil || first.Body != nil || httprule.LearntSecret(req, via) {
				return errDowngrade
			}
			downgrades.Warn(opt.Log(), req, first)
			return nil
		}}.Policy()
	return &bounded
}

var errDowngrade = fmt.Errorf("%w: a redirect from https to http, which would show a secret to others", catalog.ErrBadResponse)

// checkRedirect returns why a request must not follow a redirect of first.
func checkRedirect(req, first *http.Request) error {
	if err := catalog.CheckURL(req.URL.String()); err != nil {
		return fmt.Errorf("%w: a redirect to %w", catalog.ErrBadResponse, err)
	}
	if req.Body != nil && !httprule.SameOrigin(req.URL, first.URL) {
		return fmt.Errorf("%w: a form redirected to %.80q", catalog.ErrBadResponse, req.URL.Host)
	}
	return nil
}
