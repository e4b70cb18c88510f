package netguard

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
)

// networkOf returns the network of a catalog at base; "" is one without server.
func networkOf(t *testing.T, base string) *Network {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	n := New(Options{Base: u})
	t.Cleanup(func() { _ = n.Close() })
	return n
}

// A catalog on the Internet, known by a number so that no test asks a name
// server, must not lead into the local network; one at home may.
func TestWhereACatalogMayLead(t *testing.T) {
	local := httptest.NewServer(http.NotFoundHandler())
	defer local.Close()
	port := local.Listener.Addr().(*net.TCPAddr)
	for _, tt := range []struct {
		home, to string
		denied   bool
	}{
		{"https://17.253.144.10/", local.URL, true},
		{"https://17.253.144.10/", "http://localhost:" + strconv.Itoa(port.Port), true},
		{"https://17.253.144.10/", "http://[::ffff:127.0.0.1]:1/", true},
		{"https://17.253.144.10/", "http://169.254.169.254/latest/meta-data/", true},
		{"http://10.0.0.1/", local.URL, false},
		{"http://localhost:" + strconv.Itoa(port.Port), local.URL, false},
		{local.URL, local.URL, false},
		{"", local.URL, false},
	} {
		n := networkOf(t, tt.home)
		resp, err := n.Client.Get(tt.to)
		if err == nil {
			resp.Body.Close()
		}
		if errors.Is(err, fetch.ErrDenied) != tt.denied || err != nil && !tt.denied {
			t.Errorf("from %s to %s: %v", tt.home, tt.to, err)
		}
	}
}

// Where the catalog is at home cannot be told without its number, it may not
// lead there; but that is the network's failure, and no refusal.
func TestWithoutNameServer(t *testing.T) {
	local := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the local server was asked") }))
	defer local.Close()
	n := networkOf(t, "https://name.invalid/")
	_, err := n.Client.Get(local.URL)
	if _, isLookup := errors.AsType[*net.DNSError](err); !isLookup || errors.Is(err, fetch.ErrDenied) {
		t.Errorf("got %v", err)
	}
}

// proxied has requests for one host go through a proxy.
func (n *Network) proxied(proxy, host string) {
	n.named = func(r *http.Request) (*url.URL, error) {
		if host == "" || r.URL.Hostname() == host {
			return url.Parse(proxy)
		}
		return nil, nil
	}
}

// A redirect leads no further than an address that was named, nor to the proxy
// that was used on the way.
func TestRedirectIntoTheLocalNetwork(t *testing.T) {
	secret := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the secret server was asked") }))
	defer secret.Close()
	asked := 0
	var to string
	public := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, to, http.StatusFound)
	}))
	defer public.Close()
	for _, to = range []string{secret.URL, public.URL} {
		asked = 0
		n := networkOf(t, "https://17.253.144.10/")
		n.proxied(public.URL, "public.invalid")
		if _, err := n.Client.Get("http://public.invalid/"); !errors.Is(err, fetch.ErrDenied) || asked != 1 {
			t.Errorf("to %s: %v, asked %d times", to, err, asked)
		}
	}
}

// What lies behind a proxy is told by its name only; the proxy itself may be
// anywhere.
func TestThroughAProxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {}))
	defer proxy.Close()
	for to, denied := range map[string]bool{
		"http://17.253.144.10/":       false,
		"http://17.253.144.10.:8080/": false,
		"http://cdn.invalid/":         false,
		"http://192.168.1.1/":         true,
		"http://[::1]/":               true,
		"http://2130706433/":          true,
		"http://127.1/":               true,
		"http://0x7f.0.0.1:8080/":     true,
		"http://0177.0.0.1/":          true,
		"http://127.0.0.1./":          true,
		"http://LOCALHOST./":          true,
		"http://a.localhost/":         true,
		"http://１２７。1/":               true,
		proxy.URL:                     true,
	} {
		for _, home := range []string{"http://17.253.144.10/", "http://10.0.0.1/"} {
			n := networkOf(t, home)
			n.proxied(proxy.URL, "")
			resp, err := n.Client.Get(to)
			if err == nil {
				resp.Body.Close()
			}
			if wanted := denied && home != "http://10.0.0.1/"; errors.Is(err, fetch.ErrDenied) != wanted || err != nil && !wanted {
				t.Errorf("from %s to %s: %v", home, to, err)
			}
		}
	}
}

// Behind a proxy the names decide: that of the catalog's own server, too. No name is
// looked up. A link-local address is refused in every spelling.
func TestNamesBehindAProxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer proxy.Close()
	const local, linkLocal = "http://192.168.1.1/", "http://169.254.169.254/"
	for _, tt := range []struct {
		base, to string
		atHome   bool
		want     error
	}{
		{"http://music.example/", "http://music.example/track", false, nil},
		{"http://music.example/", "http://cdn.example/", false, nil},
		{"http://music.example/", local, false, errAbroad},
		{"http://music.example/", "http://nas.lan/", false, errAbroad},
		{"http://music.example/", linkLocal, false, errLinkLocal},
		{"http://music.example/", local, true, nil},
		{"http://music.example/", linkLocal, true, errLinkLocal},
		{"http://nas.lan/", local, false, nil},
		{"http://nas/", "http://other/", false, nil},
		{"http://nas/", linkLocal, false, errLinkLocal},
		{"http://10.0.0.1/", local, false, nil},
		{"http://10.0.0.1/", "http://2852039166/", false, errLinkLocal},
		{"http://10.0.0.1/", "http://0xa9.0376.43518/", false, errLinkLocal},
		{"http://10.0.0.1/", "http://[::ffff:169.254.169.254]/", false, errLinkLocal},
		{"http://169.254.7.7/", "http://169.254.7.7/track", false, nil},
		{"http://169.254.7.7/", linkLocal, false, errLinkLocal},
		{"", local, false, nil},
		{"", linkLocal, false, errLinkLocal},
	} {
		for _, asked := range []bool{false, true} { // whether the catalog's own server was asked before
			base, err := url.Parse(tt.base)
			if err != nil {
				t.Fatal(err)
			}
			n := New(Options{Base: base, AtHome: tt.atHome})
			n.proxied(proxy.URL, "")
			if asked && tt.base != "" {
				resp, err := n.Client.Get(tt.base)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
			}
			resp, err := n.Client.Get(tt.to)
			if err == nil {
				resp.Body.Close()
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("from %s to %s, at home %v: %v, want %v", tt.base, tt.to, tt.atHome, err, tt.want)
			}
			_ = n.Close()
		}
	}
}
