//go:build linux

package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// astray is a proxy, behind which is a feed on the Internet whose episodes lead
// elsewhere, but for the last.
type astray struct {
	leads  []string
	secret atomic.Int64 // requests for what is in the local network
}

const astrayHost = "17.253.144.10"

func (a *astray) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var n int
	switch _, err := fmt.Sscanf(r.URL.Path, "/%d.mp3", &n); {
	case r.URL.Host != astrayHost:
		a.tell(w, r)
	case r.URL.Path == "/feed.xml":
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<rss version="2.0"><channel><title>Tones</title>`)
		for n := range len(a.leads) + 1 {
			fmt.Fprintf(w, `<item><title>Tone %d</title><enclosure url="/%d.mp3" length="7" type="audio/mpeg"/></item>`, n, n)
		}
		fmt.Fprint(w, `</channel></rss>`)
	case err == nil && n < len(a.leads):
		http.Redirect(w, r, a.leads[n], http.StatusFound)
	default:
		_, _ = io.WriteString(w, "a tone")
	}
}

// tell answers as servers of the local network do.
func (a *astray) tell(w http.ResponseWriter, _ *http.Request) {
	a.secret.Add(1)
	_, _ = io.WriteString(w, "secret")
}

// TestTracksLeadNowhereElse has tracks of the Internet lead into the local
// network: downloads do not follow, be it directly or through the proxy, nor to
// the proxy itself.
func TestTracksLeadNowhereElse(t *testing.T) {
	t.Parallel()
	a := &astray{}
	local := httptest.NewServer(http.HandlerFunc(a.tell))
	defer local.Close()
	proxy := httptest.NewUnstartedServer(a)
	a.leads = []string{local.URL, "http://10.0.0.1/", "http://" + proxy.Listener.Addr().String()}
	proxy.Start()
	defer proxy.Close()

	s := newSession(t)
	s.env = append(s.env, "http_proxy="+proxy.URL, "HTTP_PROXY="+proxy.URL, "no_proxy=", "NO_PROXY=")
	s.mount("podcast+http://" + astrayHost + "/feed.xml").mayWarn = "may not lead to an address of the local network"
	s.expect(`cd "$M"; for n in 0 1 2; do cat *"Tone $n.mp3" 2>&1 | sed "s/.*: //"; done; cat *"Tone 3.mp3"`,
		"Permission denied\nPermission denied\nPermission denied\na tone")
	if n := a.secret.Load(); n > 0 {
		t.Errorf("%d requests into the local network", n)
	}
}
