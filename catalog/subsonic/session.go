package subsonic

import (
	"context"
	"errors"

	"github.com/tunesfs/tunesfs/catalog"
)

// extensionFormPost is the name under which servers say that they take a form:
// https://opensubsonic.netlify.app/docs/extensions/formpost/.
const extensionFormPost = "formPost"

// A session is what is learnt of a server, once.
type session struct {
	turn  chan struct{} // holds one element while the server is asked
	known bool          // guarded by turn, as is forms
	forms bool          // the server takes forms
}

func newSession() session { return session{turn: make(chan struct{}, 1)} }

// takesForms reports whether the server takes forms, which keep secrets out of
// addresses. It asks the server once: extensions are told without signing in.
func (s *Source) takesForms(ctx context.Context) (bool, error) {
	select {
	case s.session.turn <- struct{}{}:
		defer func() { <-s.session.turn }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	if s.session.known {
		return s.session.forms, nil
	}
	answer, err := s.client.Get(ctx, s.address("getOpenSubsonicExtensions", common()), "")
	var r *response
	if err == nil {
		r, err = read(answer)
	}
	if err != nil && !isWord(err) {
		return false, err
	}
	s.session.known = true
	if err == nil {
		for _, e := range r.Extensions.rows {
			s.session.forms = s.session.forms || e.Name == extensionFormPost
		}
	}
	return s.session.forms, nil
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
