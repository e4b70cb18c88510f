package source

import (
	"net/url"
	"slices"
	"strings"
)

// NetworkOption is the option of a SOURCE that says where its server is, and
// NetworkHome its one value: the server is in the local network, wherever its name
// leads now and then.
const (
	NetworkOption = "network"
	NetworkHome   = "home"
)

// networkHome is the option as it is written.
const networkHome = NetworkOption + "=" + NetworkHome

// takeNetwork takes the option out of those of a catalog, whose service does not
// know it.
func (s *Source) takeNetwork(kind scheme) error {
	values, given := s.Options[NetworkOption]
	switch {
	case !given:
		return nil
	case !kind.server:
		return Errorf("%s: has no server, so it takes no option %s", kind.name, NetworkOption)
	case !slices.Equal(values, []string{NetworkHome}):
		return Errorf("the option %s takes one value: %s", NetworkOption, NetworkHome)
	}
	s.AtHome = true
	delete(s.Options, NetworkOption)
	return nil
}

// takeNetworkOf takes the option out of the query of a document. The rest stays as
// it was written: it is for the document's server.
func (s *Source) takeNetworkOf(query string) (rest string) {
	var others []string
	for part := range strings.SplitSeq(query, "&") {
		if part == networkHome {
			s.AtHome = true
			continue
		}
		others = append(others, part)
	}
	return strings.Join(others, "&")
}

// Server returns the scheme and the host of the catalog's own server; nil if it has
// none.
func (s Source) Server() *url.URL {
	if s.host() == "" {
		return nil
	}
	return &url.URL{Scheme: s.base.Scheme, Host: s.base.Host}
}
