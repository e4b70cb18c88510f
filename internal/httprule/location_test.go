package httprule

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

func TestEscapeLocation(t *testing.T) {
	for location, want := range map[string]string{
		"":                               "",
		"/a.mp3":                         "/a.mp3",
		"/100%.mp3":                      "/100%25.mp3",
		"/100%25.mp3":                    "/100%25.mp3",
		"/100% pure.mp3":                 "/100%25%20pure.mp3",
		"/%zz%2f%":                       "/%25zz%2f%25",
		"/%2":                            "/%252",
		"%a":                             "%25a",
		"//a.test/50%/b":                 "//a.test/50%25/b",
		"http://a.test/50%/b?off=50%#9%": "http://a.test/50%25/b?off=50%#9%25",
		"http://a.test/b?off=5 %&x=é":    "http://a.test/b?off=5%20%&x=é",
		"http://a.test?off=%":            "http://a.test?off=%",
		"http://a.test/b?u=http://c/%":   "http://a.test/b?u=http://c/%",
		"/b?u=http://c.test/%":           "/b?u=http://c.test/%",
		"/tab\tbed\x7f":                  "/tab%09bed%7F",
		"12:30.mp3":                      "./12:30.mp3",
		"12:30%.mp3":                     "./12:30%25.mp3",
		"http://%zz/":                    "http://%zz/", // no address: a host has no such name
		"http://host:hush/":              "http://host:hush/",
		"caf\xe9.mp3":                    "caf\xe9.mp3",
	} {
		if got := EscapeLocation(location); got != want {
			t.Errorf("%q: %q, want %q", location, got, want)
		}
	}
}

// FuzzEscapeLocation checks that an address stays the one that it is.
func FuzzEscapeLocation(f *testing.F) {
	for _, seed := range []string{"/100%.mp3", "http://a.test/%/b?c=%#d%", "12:30.mp3", "//a.test", "mailto:a", "?%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, location string) {
		escaped := EscapeLocation(location)
		if again := EscapeLocation(escaped); again != escaped {
			t.Errorf("%q becomes %q, then %q", location, escaped, again)
		}
		before, err := url.Parse(location)
		if err != nil {
			return
		}
		after, err := url.Parse(escaped)
		if err != nil || after.Path != before.Path || after.Host != before.Host || after.Fragment != before.Fragment {
			t.Errorf("%q becomes %q: %v, %v", location, escaped, after, err)
		}
	})
}

// A client follows a redirect to an address with a bare %.
func TestEscapeLocations(t *testing.T) {
	for location, want := range map[string]string{
		"/100%.mp3?off=5%": "/100%.mp3",
		"/a%20b":           "/a b",
		"12:30.mp3":        "/12:30.mp3",
	} {
		var asked string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				w.Header()["Location"] = []string{location}
				w.WriteHeader(http.StatusFound)
				return
			}
			asked = r.URL.Path
		}))
		client := http.Client{Transport: EscapeLocations(server.Client().Transport)}
		resp, err := client.Get(server.URL)
		if err != nil || asked != want {
			t.Errorf("%q: asked for %q, want %q: %v", location, asked, want, err)
		} else {
			resp.Body.Close()
		}
		server.Close()
	}
}
