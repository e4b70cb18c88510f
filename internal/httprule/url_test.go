package httprule

import (
	"net/url"
	"testing"
)

func mustParse(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestHost(t *testing.T) {
	for raw, want := range map[string]string{
		"http://a.test/b":           "a.test",
		"https://u:p@a.test:81/b?c": "a.test:81",
		"http://[::1]:80":           "[::1]:80",
		"/b":                        "",
		"http://%zz/":               "",
		"":                          "",
	} {
		if got := Host(raw); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}

func TestPublic(t *testing.T) {
	for raw, want := range map[string]struct {
		public string
		exact  bool
	}{
		"http://a.test/b":             {"http://a.test/b", true},
		"https://a.test:81/b%2Fc%20d": {"https://a.test:81/b%2Fc%20d", true},
		"http://a.test":               {"http://a.test", true},
		"http://hush:hush@a.test/b":   {"http://a.test/b", false},
		"http://hush@a.test/b":        {"http://a.test/b", false},
		"http://a.test/b?hush=hush":   {"http://a.test/b", false},
		"http://a.test/b?":            {"http://a.test/b", false},
		"http://a.test/b#hush":        {"http://a.test/b", false},
		"http://a.test/%zz":           {"", false},
	} {
		if public, exact := Public(raw); public != want.public || exact != want.exact {
			t.Errorf("%q: %q, %v, want %+v", raw, public, exact, want)
		}
	}
}

func TestMayCarry(t *testing.T) {
	for _, c := range []struct {
		to, from    string
		carry, same bool
	}{
		{"http://a.test/b", "http://a.test/", true, true},
		{"https://a.test/b", "http://a.test/", true, false},
		{"http://a.test/b", "https://a.test/", false, false},
		{"http://a.test:81/b", "http://a.test/", false, false},
		{"http://b.test/b", "http://a.test/", false, false},
		{"https://b.a.test/b", "http://a.test/", false, false},
		{"http://a.test.com/b", "http://a.test/", false, false},
	} {
		to, from := mustParse(t, c.to), mustParse(t, c.from)
		if got := MayCarry(to, from); got != c.carry {
			t.Errorf("headers from %s to %s: %v", from, to, got)
		}
		if got := SameOrigin(to, from); got != c.same {
			t.Errorf("%s and %s are of one origin: %v", from, to, got)
		}
	}
}
