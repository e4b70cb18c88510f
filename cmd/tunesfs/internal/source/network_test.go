package source

import (
	"testing"
)

// The option says where the server is, and is no option of the service. A document's
// server gets the rest of the query as it was written. The catalog is the same with it
// and without.
func TestNetworkOption(t *testing.T) {
	for text, want := range map[string]struct {
		atHome                   bool
		options, address, server string
	}{
		"itunes:":                                            {false, "", "", "https://itunes.apple.com"},
		"itunes:?network=home":                               {true, "", "", "https://itunes.apple.com"},
		"index+http://Nas:8080/a/?all=1":                     {false, "all=1", "", "http://nas:8080"},
		"index+http://nas:8080/a/?all=1&network=home":        {true, "all=1", "", "http://nas:8080"},
		"podcast+http://nas/f?network=home":                  {true, "", "http://nas/f", "http://nas"},
		"podcast+http://nas/f?b=%zz&network=home&a=1;&&c d":  {true, "", "http://nas/f?b=%zz&a=1;&&c%20d", "http://nas"},
		"podcast+http://nas/f?network=homes&xnetwork=home":   {false, "", "http://nas/f?network=homes&xnetwork=home", "http://nas"},
		"subsonic+http://ann@[fe80::1%25eth0]/?network=home": {true, "", "", "http://[fe80::1%25eth0]"},
		"playlist:/home/me/x.m3u":                            {false, "", "file:///home/me/x.m3u", ""},
		"demo:":                                              {false, "", "", ""},
	} {
		s, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if s.AtHome != want.atHome || s.Options.Encode() != want.options {
			t.Errorf("%s: at home %v, options %q", text, s.AtHome, s.Options.Encode())
		}
		if s.IsDocument() && s.address() != want.address {
			t.Errorf("%s leads to %s, want %s", text, s.address(), want.address)
		}
		server := ""
		if u := s.Server(); u != nil {
			server = u.String()
		}
		if server != want.server {
			t.Errorf("%s has the server %s, want %s", text, server, want.server)
		}
		other := s
		other.AtHome = !s.AtHome
		if s.Identity() != other.Identity() || s.Folder() != other.Folder() {
			t.Errorf("%s is another catalog with the option", text)
		}
	}
}
