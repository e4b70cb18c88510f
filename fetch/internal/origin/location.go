package origin

import (
	"bytes"
	"io"
	"net/http"
	"net/url"

	"github.com/tunesfs/tunesfs/internal/httprule"
)

// A Location is where bytes can be had: an http or https URL and the request
// headers that it needs. It may hold secrets: it is never logged, and only the
// part of the URL that has no secrets is stored.
type Location struct {
	URL    string
	Header http.Header

	// Listed says that a catalog lists the URL for all to see: it holds no secret, not
	// in its query either.
	Listed bool

	// Content is the file itself, where finding it has brought it already. The
	// URL then is asked nothing; it only says where the file is from.
	Content []byte
}

// mayBeSecret reports whether a request to a location may carry a secret.
func (l Location) mayBeSecret() bool {
	public, exact := httprule.Public(l.URL)
	return len(l.Header) > 0 || !exact && !(l.Listed && public != "" && !hasUser(l.URL))
}

func hasUser(address string) bool {
	u, err := url.Parse(address)
	return err != nil || u.User != nil
}

// Recordable returns the part of a location that may be written to disk, and
// whether that is enough to ask there again.
func Recordable(l Location) (public string, exact bool) {
	public, exact = httprule.Public(l.URL)
	if len(public) > httprule.MaxURL { // escaped, it may have become longer
		return "", false
	}
	return public, exact && len(l.Header) == 0 && l.Content == nil
}

// inlineResponse answers a request with a file that is known already, as a
// server does that sends no ranges.
func inlineResponse(req *http.Request, content []byte) *http.Response {
	return &http.Response{
		Status:        "200 OK",
		StatusCode:    http.StatusOK,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        http.Header{},
		ContentLength: int64(len(content)),
		Body:          io.NopCloser(bytes.NewReader(content)),
		Request:       req,
	}
}
