package origin

import (
	"net/http"

	"github.com/tunesfs/tunesfs/internal/httprule"
)

// A Location is where bytes can be had: an http or https URL and the request
// headers that it needs. It may hold secrets: it is never logged, and only the
// part of the URL that has no secrets is stored.
type Location struct {
	URL    string
	Header http.Header

	// Content is the file itself, where finding it has brought it already. The
	// URL then is asked nothing; it only says where the file is from.
	Content []byte
}

// Recordable returns the part of a location that may be written to disk, and
// whether that is enough to ask there again.
func Recordable(l Location) (public string, exact bool) {
	public, exact = httprule.Public(l.URL)
	return public, exact && len(l.Header) == 0 && l.Content == nil
}
