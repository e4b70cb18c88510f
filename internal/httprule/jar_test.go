package httprule

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestJar(t *testing.T) {
	for name, c := range map[string]struct {
		from, to, cookie string
		want             string
	}{
		"the same host":             {"http://a.test/login", "http://a.test/b", "s=1", "s=1"},
		"the same port":             {"http://a.test:81/", "http://a.test:81/b", "s=1", "s=1"},
		"another port":              {"http://a.test/", "http://a.test:81/", "s=1", ""},
		"another host":              {"http://a.test/", "http://b.test/", "s=1", ""},
		"a host below":              {"http://a.test/", "http://b.a.test/", "s=1; Domain=a.test", ""},
		"a host beside":             {"http://b.a.test/", "http://c.a.test/", "s=1; Domain=.a.test", ""},
		"its own domain":            {"http://b.a.test/", "http://b.a.test/c", "s=1; Domain=.a.test", "s=1"},
		"from the clear into TLS":   {"http://a.test/", "https://a.test/", "s=1", "s=1"},
		"from TLS into the clear":   {"https://a.test/", "http://a.test/", "s=1", ""},
		"secure, set in the clear":  {"http://a.test/", "http://a.test/", "s=1; Secure", ""},
		"the same path":             {"http://a.test/b/login", "http://a.test/b/c", "s=1; Path=/b", "s=1"},
		"another path":              {"http://a.test/b/login", "http://a.test/c", "s=1; Path=/b", ""},
		"taken back":                {"http://a.test/", "http://a.test/", "s=1; Max-Age=0", ""},
		"longer than browsers hold": {"http://a.test/", "http://a.test/", "s=" + strings.Repeat("x", 5000), ""},
	} {
		var j Jar
		set, err := http.ParseSetCookie(c.cookie)
		if err != nil {
			t.Fatal(err)
		}
		j.SetCookies(mustParse(t, c.from), []*http.Cookie{set})
		var got []string
		for _, cookie := range j.Cookies(mustParse(t, c.to)) {
			got = append(got, cookie.String())
		}
		if strings.Join(got, " ") != c.want || j.Sent() != (c.want != "") {
			t.Errorf("%s: sent %q, want %q; sent is %v", name, got, c.want, j.Sent())
		}
	}
}

func TestJarIsBounded(t *testing.T) {
	var j Jar
	for i := range 10 * maxCookies {
		from := mustParse(t, fmt.Sprintf("http://%d.test/", i%7))
		j.SetCookies(from, []*http.Cookie{{Name: fmt.Sprint("s", i), Value: "1"}})
	}
	held := 0
	for i := range 7 {
		held += len(j.Cookies(mustParse(t, fmt.Sprintf("http://%d.test/", i))))
	}
	if held != maxCookies {
		t.Errorf("%d cookies are held, want %d", held, maxCookies)
	}
}
