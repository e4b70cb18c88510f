package source

import (
	"regexp"
	"testing"
)

func TestCatalogFolder(t *testing.T) {
	safe := regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,60}-[0-9a-f]{8}$`)
	seen := map[string]string{}
	for _, text := range []string{
		"itunes:", "itunes:?country=de", "demo:", "itunes+http://host/", "itunes+http://host/a/", "itunes+https://host/",
		"itunes+http://[::1]:80/", "itunes+http://a-very-long-name-of-a-host-that-goes-on-and-on.example.org/",
	} {
		s, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		name := s.Folder()
		if !safe.MatchString(name) {
			t.Errorf("%s has the folder %q, which is no safe name", text, name)
		}
		if other, taken := seen[name]; taken {
			t.Errorf("%s and %s share the folder %s", text, other, name)
		}
		seen[name] = text
	}
}
