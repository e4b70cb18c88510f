package web

import (
	"fmt"
	"net/http"

	"github.com/tunesfs/tunesfs/catalog"
)

const maxRedirects = 5

// boundRedirects returns a copy of client that follows a few redirects at most,
// and those only to http and https. What may be secret stays with the server
// that was asked: the address goes to no other as Referer, nor does a form.
func boundRedirects(client *http.Client) *http.Client {
	bounded := *client
	bounded.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		req.Header.Del("Referer")
		if len(via) > maxRedirects {
			return fmt.Errorf("%w: more than %d redirects", catalog.ErrBadResponse, maxRedirects)
		}
		if err := catalog.CheckURL(req.URL.String()); err != nil {
			return fmt.Errorf("%w: a redirect to %w", catalog.ErrBadResponse, err)
		}
		if from := via[0].URL; req.Body != nil && (req.URL.Host != from.Host || req.URL.Scheme != from.Scheme) {
			return fmt.Errorf("%w: a form redirected to %s", catalog.ErrBadResponse, req.URL.Host)
		}
		return nil
	}
	return &bounded
}
