package subsonic

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

// Extensions that are made use of, under the names by which servers say that
// they have them: https://opensubsonic.netlify.app/docs/extensions/.
const (
	extensionForms  = "formPost"
	extensionLyrics = "songLyrics"
)

// has reports whether the server has an extension. It is asked once, without
// signing in: whether forms keep secrets out of addresses must be known before.
func (s *Source) has(ctx context.Context, extension string) (bool, error) {
	all, err := s.offers.Get(ctx, s.extensions)
	return all[extension], err
}

// extensions returns which of those above the server says it has. Only one that plainly does not
// know the question has none: any other response may be of something on the way,
// and must not have secrets travel in addresses from then on.
func (s *Source) extensions(ctx context.Context) (map[string]bool, error) {
	resp, err := s.client.Get(ctx, s.address("getOpenSubsonicExtensions", common()), "")
	var r *response
	if err == nil {
		r, err = read(resp)
	}
	all := map[string]bool{}
	switch {
	case isUnknown(err):
		return all, nil
	case err != nil:
		return nil, err
	}
	for _, e := range r.Extensions.rows {
		if slices.Contains([]string{extensionForms, extensionLyrics}, string(e.Name)) {
			all[string(e.Name)] = true
		}
	}
	return all, nil
}

// unknownStatuses are responses of servers that do not know a method.
var unknownStatuses = []int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone, http.StatusNotImplemented}

// isUnknown reports whether an error is the word of a server that does not know
// a method: a failure in the protocol's own form, or that there is no such page.
func isUnknown(err error) bool {
	if status, ok := errors.AsType[*web.StatusError](err); ok {
		return slices.Contains(unknownStatuses, status.Status) ||
			status.Status < http.StatusInternalServerError && failureIn(status.Body) != nil
	}
	_, ok := errors.AsType[*failure](err)
	return ok
}
