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
func boundRedirects(client *http.Client) *http.Client {
	bounded := *client
	bounded.Transport = httprule.EscapeLocations(client.Transport)
	bounded.CheckRedirect = httprule.Redirects{Max: maxRedirects, TooMany: errRedirects, Check: checkRedirect}.Policy()
	return &bounded
}

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
