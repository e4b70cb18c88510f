package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/httprule"
)

// secretLocation is an address that is secret in every part that can be.
func secretLocation(o *fetchtest.Origin) Location {
	return Location{URL: "http://user:hush@" + o.Host() + "/a?key=hush#hush",
		Header: http.Header{"authorization": {"hush"}, "X-Token": {"hush"}, "Cookie": {"hush=1"}}}
}

// network opens a store that fetches "a" by a secret address of a first host,
// beside which there is a second one.
func network(t *testing.T, do func(f *fixture, other *fetchtest.Origin)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := fetchtest.NewLocal(t, "one.test", file("a", mb))
		other := fetchtest.NewLocal(t, "two.test", file("a", mb))
		f := newFixture(t, o)
		f.opt.Transport = fetchtest.Network(o, other)
		f.opt.Locate = func(context.Context, string) (Location, error) { return secretLocation(o), nil }
		f.reopen()
		do(f, other)
	})
}

// TestRedirectTakesNoSecrets follows a redirect to another host and back: the
// headers of the location and where it came from are not the other host's.
func TestRedirectTakesNoSecrets(t *testing.T) {
	network(t, func(f *fixture, other *fetchtest.Origin) {
		f.origin.Redirect("a", 0, other.URL("a"))
		if err := f.whole("a"); err != nil {
			t.Error(err)
		}
		for _, r := range other.Requests() {
			for name, values := range r.Header {
				if strings.Contains(fmt.Sprint(values), "hush") {
					t.Errorf("the other host got %s: %q", name, values)
				}
			}
		}
		if r := f.origin.Requests()[0]; r.Header.Get("X-Token") != "hush" || r.Header.Get("Authorization") == "" {
			t.Errorf("the first host got %v", r.Header)
		}
	})
}

// TestErrorsKeepSecrets has everything go wrong that quotes an address.
func TestErrorsKeepSecrets(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for name, fail := range map[string]func(o, other *fetchtest.Origin){
		"no such host":  func(o, _ *fetchtest.Origin) { o.Redirect("a", 0, "http://user:hush@nowhere.test/?hush") },
		"no address":    func(o, _ *fetchtest.Origin) { o.Redirect("a", 0, "http://[hush/?key=hush") },
		"not http":      func(o, _ *fetchtest.Origin) { o.Redirect("a", 0, "ftp://hush@one.test/hush") },
		"a loop":        func(o, _ *fetchtest.Origin) { o.Redirect("a", 0, "/a?hush") },
		"a loop of two": func(o, p *fetchtest.Origin) { o.Redirect("a", 0, p.URL("a?hush")); p.Redirect("a", 0, o.URL("a")) },
		"refused":       func(o, _ *fetchtest.Origin) { o.Fault(fetchtest.Always, fetchtest.Status(403)) },
		"a strange status": func(o, _ *fetchtest.Origin) {
			o.Fault(fetchtest.Always, fetchtest.Raw("HTTP/1.1 299 hush"+long+"\r\n\r\n"))
		},
		"a long Content-Range": func(o, _ *fetchtest.Origin) {
			o.Fault(fetchtest.Always, func(a *fetchtest.Response) { a.Status = http.StatusPartialContent }, fetchtest.ContentRange(long))
		},
		"a long encoding": func(o, _ *fetchtest.Origin) { o.Fault(fetchtest.Always, fetchtest.Header("Content-Encoding", long)) },
		"no connection":   func(o, _ *fetchtest.Origin) { o.SetLink(fetchtest.Link{Down: true}) },
	} {
		t.Run(name, func(t *testing.T) {
			network(t, func(f *fixture, other *fetchtest.Origin) {
				fail(f.origin, other)
				err := f.attempt(f.reader("a"), 0, 10)
				if err == nil || strings.Contains(err.Error(), "hush") || len(err.Error()) > 500 {
					t.Errorf("%v", err)
				}
				if s := f.download("a").Status(); s.Err == nil || strings.Contains(fmt.Sprintf("%v %v", s, s.Err), "hush") {
					t.Errorf("%+v", s)
				}
			})
		})
	}
}

// TestRefusedType has a portal answer with a page of its own, 200 and all: it is
// not the file, and what is held stays.
func TestRefusedType(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.opt.Refuse = refusePages
		f.reopen()
		r := f.reader("a")
		f.read(r, 0, 1000)
		f.origin.Fault(fetchtest.Always, fetchtest.Page(200, "<html>log in</html>"))
		if _, err := r.ReadAt(f.t.Context(), make([]byte, 10), 20*mb); !errors.Is(err, ErrBadResponse) {
			t.Errorf("a page in place of the file: %v", err)
		}
		f.origin.Heal()
		f.read(r, 0, 1000)
		time.Sleep(2 * failedRest)
		f.read(r, 20*mb, 1000)
	}, file("a", 30*mb))
}

// TestMayHave tells where the headers of a location may go.
func TestMayHave(t *testing.T) {
	for to, want := range map[string]bool{
		"http://a.test/b":     true,
		"https://a.test/b":    true,
		"http://a.test:81/b":  false,
		"http://b.test/b":     false,
		"https://b.a.test/b":  false,
		"http://a.test.com/b": false,
	} {
		if got := httprule.MayCarry(mustParse(t, to), mustParse(t, "http://a.test/")); got != want {
			t.Errorf("%s: %v", to, got)
		}
	}
	if httprule.MayCarry(mustParse(t, "http://a.test/"), mustParse(t, "https://a.test/")) {
		t.Error("in the clear")
	}
}

func mustParse(t *testing.T, raw string) *url.URL {
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
