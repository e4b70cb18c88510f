//go:build linux

package main

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestNoListStays has a service send a page, and nothing, in place of a list: what was
// listed stays, at a refresh that is due, at one by hand and after a restart, and the
// folder says why it is not newer, until the service sends a list again.
func TestNoListStays(t *testing.T) {
	t.Parallel()
	needTools(t, "getfattr", "setfattr", "timeout")
	for name, body := range map[string]string{
		"a page":     `<!DOCTYPE html><title>Sign in</title><form action="/login"></form>`,
		"an object":  `{"error":"maintenance"}`,
		"lost rows":  `{"resultCount":2,"results":[]}`,
		"other rows": `{"resultCount":2,"results":["x",{}]}`,
		"nothing":    "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, i := newSession(t), newIsland(t, fetchtest.Random(1, 1000))
			var broken atomic.Bool
			mux := i.handler.(*http.ServeMux)
			mux.HandleFunc("/search", func(w http.ResponseWriter, r *http.Request) {
				if broken.Load() {
					_, _ = w.Write([]byte(body))
					return
				}
				r.URL.Path = "/" // as an island answers any search
				mux.ServeHTTP(w, r)
			})
			source := "itunes+http://" + i.address + "/"
			m := s.mount(source, "--keep", "--ttl", "1s")
			names := s.sh(`ls "$D"`)
			if !strings.Contains(names, "m4a") {
				t.Fatalf("listed: %q", names)
			}
			broken.Store(true)
			const why = `timeout 20 sh -c 'until getfattr --absolute-names --only-values -n user.tunesfs.error "$D" 2>/dev/null; do ls "$D" >/dev/null; sleep .1; done'`
			check := func() {
				t.Helper()
				if got := s.sh(why); !strings.Contains(got, "not what this catalog sends") {
					t.Errorf("the folder says %q", got)
				}
				s.expect(`ls "$D"`, names)
			}
			s.sh("sleep 1.1") // the TTL
			check()
			s.sh(`setfattr -n user.tunesfs.control -v refresh "$D"`)
			check()
			m.mayWarn = "not what this catalog sends"
			m.unmount()
			m = s.mount(source, "--keep", "--ttl", "1s")
			m.mayWarn = "not what this catalog sends"
			check()

			broken.Store(false)
			s.sh(`setfattr -n user.tunesfs.control -v refresh "$D"; timeout 20 sh -c 'while getfattr -n user.tunesfs.error "$D" 2>/dev/null; do sleep .1; done'`)
			s.expect(`ls "$D"`, names)
		})
	}
}
