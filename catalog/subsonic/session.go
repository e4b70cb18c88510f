package subsonic

import (
	"context"
	"errors"

	"github.com/tunesfs/tunesfs/catalog"
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

// extensions returns what the server says it has. One that does not understand
// the question has none.
func (s *Source) extensions(ctx context.Context) (map[string]bool, error) {
	all := map[string]bool{}
	answer, err := s.client.Get(ctx, s.address("getOpenSubsonicExtensions", common()), "")
	var r *response
	if err == nil {
		r, err = read(answer)
	}
	if err != nil {
		if isWord(err) {
			err = nil
		}
		return all, err
	}
	for _, e := range r.Extensions.rows {
		all[string(e.Name)] = true
	}
	return all, nil
}

// isWord reports whether a server that failed to answer has heard the question
// and does not know it: one without extensions.
func isWord(err error) bool {
	for _, word := range []error{
		catalog.ErrBadQuery, catalog.ErrDenied, catalog.ErrNotFound, catalog.ErrBadResponse, catalog.ErrNotSupported,
	} {
		if errors.Is(err, word) {
			return true
		}
	}
	return false
}

// settle finds out how to sign in, if no call has yet.
func (s *Source) settle(ctx context.Context) error {
	if s.auth.proven.Load() {
		return nil
	}
	_, err := s.call(ctx, "ping", nil)
	return err
}
