package fetch

import (
	"errors"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/internal/httprule"
)

// A source is where a file is fetched from. It is guarded by Download.mu.
type source struct {
	location Location // where the file is; without URL while unknown
	recalled bool     // location is from an earlier session

	// redirect is where the redirects of location led to when bytes came from
	// there. The rest is asked for at the same place: the next redirect may lead
	// to another copy, whose validators differ although its bytes do not.
	redirect Location

	publicURL string // of the last location, without secrets: move sets it
	listed    string // the URL that the newest listing told, or ""
	expected  string // media type that a catalog tells of the file; "" unknown
}

// move takes over a location, and what of it may be shown.
func (s *source) move(to Location) {
	s.location, s.recalled = to, false
	if s.publicURL, _ = httprule.Public(to.URL); s.publicURL == to.URL {
		s.publicURL = to.URL // one string in memory, not two
	}
}

// recall takes over the URL that a record tells, unless a location is known. exact is
// whether it is enough to ask there.
func (s *source) recall(url string, exact bool) {
	if s.location.URL != "" {
		return
	}
	if s.publicURL = url; exact {
		s.move(Location{URL: url})
		s.recalled = true
	}
}

// suggest takes over a location that a listing tells: any where none is known, and
// another one than the listing before told if this is the newest. It reports whether the
// file has moved.
func (s *source) suggest(loc Location, newest bool) (moved bool) {
	if loc.URL == "" || !newest && s.location.URL != "" {
		return false
	}
	loc.Listed = true
	known := s.location.URL
	if known == "" || s.recalled || s.listed != "" && s.listed != loc.URL {
		s.move(loc)
	}
	if newest {
		s.listed = loc.URL
	}
	return known != "" && known != s.location.URL
}

// expect takes over the media type that a catalog tells; "" says nothing.
func (s *source) expect(mediaType string) {
	if mediaType != "" {
		s.expected = mediaType
	}
}

// host returns the host that the file was last seen at; "" if that is unknown, or the
// file came with its location.
func (s *source) host() string {
	if s.location.Content != nil {
		return ""
	}
	return httprule.Host(s.location.URL)
}

// target returns where to ask for the file at loc, and whether redirects led there.
func (s *source) target(loc Location) (at Location, redirected bool) {
	if s.redirect.URL != "" {
		return s.redirect, true
	}
	return loc, false
}

// expire reports whether err, of a request at loc, can mean that loc has expired, and
// forgets it in that case. A location of an earlier session may just as well lead
// nowhere.
func (s *source) expire(loc Location, err error) bool {
	if !refused(err) && !(s.recalled && errors.Is(err, ErrUnreachable)) {
		return false
	}
	if s.location.URL == loc.URL {
		s.location, s.recalled = Location{}, false
	}
	return true
}

// expireRedirect reports whether err, of a request at a redirect's target, means that
// the location has to be asked again: a refusal at once, silence only the second
// time, since another copy may cost the bytes that are held. changed is whether the
// target was forgotten.
func (s *source) expireRedirect(at Location, err error, tries int) (expired, changed bool) {
	if !refused(err) && (tries == 0 || !errors.Is(err, ErrUnreachable)) {
		return false, false
	}
	if changed = s.redirect.URL == at.URL; changed {
		s.redirect = Location{}
	}
	return true, changed
}

// refused reports whether a server refused an address that may have expired.
func refused(err error) bool {
	var status *fault.StatusError
	return errors.As(err, &status) && status.Expired()
}

// recordable returns the parts of a source that may be written to disk: exact is
// whether url is enough to ask again, redirect is empty if it would not be.
func (s *source) recordable() (url string, exact bool, redirect string) {
	url = s.publicURL
	if s.location.URL != "" {
		url, exact = origin.Recordable(s.location)
	}
	redirect, again := origin.Recordable(s.redirect)
	if !again {
		redirect = ""
	}
	return url, exact, redirect
}
