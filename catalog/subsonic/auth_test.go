package subsonic

import (
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/tunesfs/tunesfs/catalog"
)

// The example of the protocol's documentation.
func TestToken(t *testing.T) {
	if got := token("sesame", "c19b2d"); got != "26719a1196d2a940705a59634eb18eab" {
		t.Error(got)
	}
}

func TestTokenIsSalted(t *testing.T) {
	a := &auth{user: testUser, secret: testSecret}
	one, two := a.params(), a.params()
	if one.Get("s") == two.Get("s") || len(one.Get("s")) < 20 || one.Get("t") != token(testSecret, one.Get("s")) || one.Has("p") {
		t.Errorf("%v, %v", one, two)
	}
}

// A form keeps secrets out of addresses, where the server takes one.
func TestForm(t *testing.T) {
	for _, extensions := range [][]string{nil, {}, {"formPost"}} {
		lib := &server{responses: library(), extensions: extensions}
		s := source(t, lib, Options{})
		for range 2 {
			if _, err := s.List(t.Context(), "artists"); err != nil {
				t.Fatal(err)
			}
		}
		if len(lib.gone) != 3 || lib.gone[0].method != "getOpenSubsonicExtensions" || lib.gone[0].params.Has("u") {
			t.Fatalf("%+v", lib.gone)
		}
		for _, c := range lib.gone[1:] {
			if isForm := len(extensions) > 0; isForm != (c.http == http.MethodPost) || isForm != (len(c.query) == 0) || c.params.Get("u") == "" {
				t.Errorf("with the extensions %v: %+v", extensions, c)
			}
		}
	}
}

func TestAPIKey(t *testing.T) {
	lib := &server{responses: library(), refuse: func(params url.Values) (int, string) {
		if params.Has("u") || params.Has("t") || params.Has("s") || params.Has("p") {
			return codeConflict, "two ways at once"
		}
		if params.Get("apiKey") != "k3y" {
			return codeWrongKey, "invalid key " + params.Get("apiKey")
		}
		return 0, ""
	}}
	if _, err := source(t, lib, Options{Secret: "k3y"}).List(t.Context(), "artists"); err != nil {
		t.Error(err)
	}
	s := source(t, lib, Options{Secret: "wr0ng"})
	if _, err := s.List(t.Context(), "artists"); !errors.Is(err, catalog.ErrDenied) || strings.Contains(err.Error(), "wr0ng") {
		t.Errorf("a wrong key: %v", err)
	}
}

func TestWrongPassword(t *testing.T) {
	s := source(t, &server{responses: library()}, Options{User: testUser, Secret: "hush"})
	_, err := s.List(t.Context(), "artists")
	if !errors.Is(err, catalog.ErrDenied) || !strings.Contains(err.Error(), "wrong user name or password") {
		t.Error(err)
	}
	if _, err := s.Locate(t.Context(), "song:1"); !errors.Is(err, catalog.ErrDenied) {
		t.Errorf("locate: %v", err)
	}
}

// noTokens refuses tokens as servers do, and takes the password.
func noTokens(code int) func(url.Values) (int, string) {
	return func(params url.Values) (int, string) {
		switch {
		case params.Has("t"):
			return code, "tokens are beyond me"
		case params.Get("p") != "enc:"+hex.EncodeToString([]byte(testSecret)):
			return codeWrongPassword, "I know no " + params.Get("p")
		}
		return 0, ""
	}
}

// A server that cannot check a token gets the password where nobody can listen.
func TestFallBack(t *testing.T) {
	for name, lib := range map[string]*server{
		"says so":            {responses: library(), refuse: noTokens(codeNoTokens)},
		"is older than they": {responses: library(), refuse: noTokens(codeMissing), version: "1.10.2"},
	} {
		s := source(t, lib, Options{})
		if at, err := s.Locate(t.Context(), "song:1"); err != nil || strings.Contains(at.URL, "&t=") {
			t.Errorf("%s: %v, %v", name, at, err)
		}
		if _, err := s.List(t.Context(), "artists"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		wantEqual(t, name, lib.calls(), "ping", "ping", "getArtists")
	}
}

// The protocol's number for a server without tokens is 41. Servers older than
// version 1.13, in which tokens came, miss a parameter instead, which is 10.
func TestFallBackByNumber(t *testing.T) {
	for _, c := range []struct {
		code    int
		version string
		falls   bool
	}{
		{41, "1.16.1", true}, {41, "1.12.0", true}, {10, "1.12.0", true}, {10, "1.2.0", true}, {10, "0.9", true},
		{10, "1.13.0", false}, {10, "1.16.1", false}, {10, "2.0.0", false}, {10, "x", false},
		{40, "1.12.0", false}, {42, "1.12.0", false}, {0, "1.12.0", false},
	} {
		lib := &server{responses: library(), refuse: noTokens(c.code), version: c.version}
		_, err := source(t, lib, Options{}).List(t.Context(), "artists")
		sent := lib.gone[len(lib.gone)-1].params.Has("p")
		if sent != c.falls || (err == nil) != c.falls {
			t.Errorf("error %d of version %s: the password was sent: %v, %v", c.code, c.version, sent, err)
		}
	}
}

// Of calls made together each finds out for itself, and none fails.
func TestFallBackTogether(t *testing.T) {
	lib := &server{responses: library(), refuse: noTokens(codeNoTokens)}
	const calls = 4
	var waiting sync.WaitGroup // for all to have sent a token
	waiting.Add(calls)
	var all errgroup.Group
	s := source(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("t") {
			waiting.Done()
			waiting.Wait()
		}
		lib.ServeHTTP(w, r)
	}), Options{})
	for range calls {
		all.Go(func() error { _, err := s.List(t.Context(), "artists"); return err })
	}
	if err := all.Wait(); err != nil {
		t.Error(err)
	}
}

func TestFallBackIsNotForAll(t *testing.T) {
	lib := &server{responses: library(), refuse: noTokens(codeNoTokens)}
	far := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		lib.ServeHTTP(w, r)
		resp := w.Result()
		resp.Request = r
		return resp, nil
	})}
	for _, c := range []struct {
		base, auth string
		want       error
	}{
		{"http://music.example.com/", "", catalog.ErrDenied},
		{"http://music.example.com/", authPassword, nil},
		{"https://music.example.com/", "", nil},
		{"https://music.example.com/", authToken, catalog.ErrDenied},
	} {
		s := newSource(t, Options{Base: c.base, Auth: c.auth, Env: catalog.Env{Client: far}})
		_, err := s.List(t.Context(), "artists")
		if c.want == nil && err != nil || !errors.Is(err, c.want) {
			t.Errorf("%s, %q: %v", c.base, c.auth, err)
		}
		if err != nil && !strings.Contains(err.Error(), "auth=password") {
			t.Errorf("%v says not what to do", err)
		}
	}
	// Missing parameters are another thing to a server that knows tokens.
	lib.refuse = noTokens(codeMissing)
	s := newSource(t, Options{Base: "https://music.example.com/", Env: catalog.Env{Client: far}})
	if _, err := s.List(t.Context(), "artists"); !errors.Is(err, catalog.ErrBadResponse) {
		t.Error(err)
	}
}

// A server that repeats what it was sent does not bring the secret into errors.
func TestErrorsKeepSecrets(t *testing.T) {
	lib := &server{refuse: func(params url.Values) (int, string) {
		return codeNoMechanism, "not " + params.Encode() + " " + testSecret
	}}
	for _, auth := range []string{authToken, authPassword} {
		_, err := source(t, lib, Options{User: testUser, Secret: testSecret, Auth: auth}).List(t.Context(), "artists")
		if err == nil || hashes.MatchString(err.Error()) || strings.Contains(err.Error(), testSecret) || strings.Contains(err.Error(), hex.EncodeToString([]byte(testSecret))) {
			t.Error(err)
		}
	}
}

// Servers and what stands before them repeat addresses as they are written.
func TestScrub(t *testing.T) {
	a := &auth{secret: "k3y/+ &ä"}
	for _, words := range []string{
		a.secret, "in GET /rest?apiKey=" + url.QueryEscape(a.secret) + "&v=1", "in /" + url.PathEscape(a.secret), hex.EncodeToString([]byte(a.secret)),
	} {
		if got := a.scrub(words); !strings.Contains(got, "***") || strings.Contains(got, "k3y") || strings.Contains(got, "6b3379") {
			t.Errorf("%q became %q", words, got)
		}
	}
}

// A roundTripper stands for the network where no real server can.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
