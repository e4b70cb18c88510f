package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// A form that is sent on to another server is not sent there, nor does that
// server hear of where somebody came from.
func TestRedirectTakesNoSecrets(t *testing.T) {
	var heard []*http.Request
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { heard = append(heard, r) }))
	defer other.Close()
	server := httptest.NewServer(http.RedirectHandler(other.URL+"/x", http.StatusTemporaryRedirect))
	defer server.Close()
	c := New(Options{Env: catalog.Env{Client: server.Client()}})

	if _, err := c.Get(t.Context(), server.URL+"/?key=hush", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := c.PostForm(t.Context(), server.URL, url.Values{"key": {"hush"}}); !errors.Is(err, catalog.ErrBadResponse) {
		t.Errorf("a form for another server: %v", err)
	}
	if len(heard) != 1 || heard[0].Referer() != "" || strings.Contains(heard[0].URL.String(), "hush") {
		t.Errorf("the other server heard %+v", heard)
	}
}

// What leads nowhere is not repeated either: net/http does so.
func TestRedirectToNoAddress(t *testing.T) {
	for _, location := range []string{"http://%zz/?key=hush", "http://host:hush/", "ftp://host/?key=hush", "//?key=hush", ""} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusFound)
		}))
		_, err := New(Options{Env: catalog.Env{Client: server.Client()}}).Get(t.Context(), server.URL, "")
		if !errors.Is(err, catalog.ErrBadResponse) || strings.Contains(err.Error(), "hush") {
			t.Errorf("to %q: %v", location, err)
		}
		server.Close()
	}
}

// Nine redirects are followed, no more.
func TestRedirectsAreBounded(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if last := r.FormValue("last"); last != strconv.Itoa(asked) {
			http.Redirect(w, r, r.URL.String(), http.StatusFound)
		}
	}))
	defer server.Close()
	c := New(Options{Env: catalog.Env{Client: server.Client()}})
	if _, err := c.Get(t.Context(), server.URL+"/?last=10", ""); err != nil || asked != 10 {
		t.Errorf("nine redirects: %v after %d requests", err, asked)
	}
	asked = 0
	_, err := c.Get(t.Context(), server.URL+"/?last=11", "")
	if !errors.Is(err, catalog.ErrBadResponse) || !strings.Contains(err.Error(), "more than 9 redirects") || asked != 10 {
		t.Errorf("ten redirects: %v after %d requests", err, asked)
	}
}

// A feed is had from a server that sets a cookie by a redirect and wants it back,
// and by an address with a bare %. No other server gets the cookie, and no later
// call does.
func TestRedirectAsBrowsersDo(t *testing.T) {
	var cookies []string
	hear := func(w http.ResponseWriter, r *http.Request) {
		cookies = append(cookies, r.Host+r.URL.Path+" "+r.Header.Get("Cookie"))
	}
	other := httptest.NewServer(http.HandlerFunc(hear))
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hear(w, r)
		switch r.URL.Path {
		case "/feed":
			http.SetCookie(w, &http.Cookie{Name: "s", Value: "1", Path: "/"})
			w.Header()["Location"] = []string{"/100%.xml"}
			w.WriteHeader(http.StatusFound)
		case "/100%.xml":
			http.Redirect(w, r, other.URL+"/feed", http.StatusFound)
		}
	}))
	defer server.Close()
	c := New(Options{Env: catalog.Env{Client: server.Client()}})
	for range 2 {
		if _, err := c.Get(t.Context(), server.URL+"/feed", ""); err != nil {
			t.Fatal(err)
		}
	}
	here, there := strings.TrimPrefix(server.URL, "http://"), strings.TrimPrefix(other.URL, "http://")
	once := []string{here + "/feed ", here + "/100%.xml s=1", there + "/feed "}
	if want := slices.Concat(once, once); !slices.Equal(cookies, want) {
		t.Errorf("heard %q, want %q", cookies, want)
	}
}
