package source

import (
	"log/slog"
	"net/http"
	"net/url"
)

// Shown returns the address for a list of catalogs: without a user, for whom somebody
// may have typed a key, and without options that the catalog does not take.
func (s Source) Shown() string {
	if s.base != nil && s.base.User != nil {
		base := *s.base
		base.User = nil
		s.base = &base
	}
	if len(s.Options) > 0 && !s.takesOptions() {
		s.Options = nil
	}
	return s.String()
}

// takesOptions reports whether the catalog takes the options. It asks no server.
func (s Source) takesOptions() bool {
	if s.Scheme == demoScheme.name { // opening it would begin something
		_, err := demoOptions(s)
		return err == nil
	}
	if s.base == nil {
		return false
	}
	_, end, err := s.Open(Environment{Client: new(http.Client), Log: slog.New(slog.DiscardHandler), Secret: "-"})
	return err == nil && end() == nil
}

// Place returns which kind of catalog it is, and at which server: the least that tells
// which was meant, of an address that may have a secret anywhere else.
func (s Source) Place() string {
	if s.base == nil || s.base.Host == "" {
		return s.Scheme + ":"
	}
	return (&url.URL{Scheme: s.Scheme + "+" + s.base.Scheme, Host: s.base.Host}).String()
}

// ShownText is Shown for an address that was stored. What is none is not repeated.
func ShownText(text string) string {
	s, err := Parse(text)
	if err != nil {
		return "(no catalog)"
	}
	return s.Shown()
}
