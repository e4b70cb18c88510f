package web

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// A call that carries a secret is not redirected from https to http; others are, and
// the log says so once.
func TestDowngrade(t *testing.T) {
	var asked int
	clear := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer clear.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := clear.URL
		switch {
		case r.URL.Path == "/sign":
			to = "/signed?sig=x"
		case r.URL.Path == "/user":
			to = "https://u:p@" + r.Host
		case r.URL.Path == "/along":
			to = "/?" + r.URL.RawQuery
		case r.URL.Path == "/signed-clear":
			to += "/?sig=x"
		case r.URL.Path == "/user-clear":
			to = strings.Replace(to, "//", "//u:p@", 1)
		case r.URL.Path == "/along-clear":
			to += "/?" + r.URL.RawQuery
		}
		http.Redirect(w, r, to, http.StatusTemporaryRedirect)
	}))
	defer secure.Close()
	for name, c := range map[string]struct {
		secret, form bool
		address      string
		follow       bool
	}{
		"a query":  {false, false, secure.URL + "/?term=x", true},
		"a secret": {true, false, secure.URL, false},
		"a form":   {false, true, secure.URL, false},
		"a user":   {false, false, strings.Replace(secure.URL, "//", "//u:p@", 1), false},
		"clear":    {true, false, clear.URL, true},

		"a learnt query":               {false, false, secure.URL + "/sign", false},
		"a learnt user":                {false, false, secure.URL + "/user", false},
		"a query along":                {false, false, secure.URL + "/along?term=x", true},
		"a query brought in the clear": {false, false, secure.URL + "/signed-clear", false},
		"a user brought in the clear":  {false, false, secure.URL + "/user-clear", false},
		"a query along in the clear":   {false, false, secure.URL + "/along-clear?term=x", true},
	} {
		var log bytes.Buffer
		client := New(Options{Env: catalog.Env{Client: secure.Client(), Logger: slog.New(slog.NewTextHandler(&log, nil))}, Secret: c.secret})
		before := asked
		for range 3 {
			var err error
			if c.form {
				_, err = client.PostForm(t.Context(), c.address, map[string][]string{"p": {"x"}})
			} else {
				_, err = client.Get(t.Context(), c.address, "")
			}
			if (err == nil) != c.follow || err != nil && (!errors.Is(err, catalog.ErrBadResponse) || asked != before) {
				t.Errorf("%s: %v, asked %d times", name, err, asked-before)
			}
		}
		if n := strings.Count(log.String(), "level=WARN"); (c.follow && name != "clear") != (n == 1) {
			t.Errorf("%s: %d warnings: %s", name, n, &log)
		}
	}
}
