package netguard

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/nettest"
)

// A world has a catalog at music.example, in a network of its own.
type world struct {
	*testing.T
	names  *nettest.Names
	server *nettest.Server
	n      *Network
}

// newWorld returns nil in the process that has no network of its own.
func newWorld(t *testing.T, handler http.HandlerFunc) *world {
	t.Helper()
	names := nettest.Isolate(t)
	if names == nil {
		return nil
	}
	if handler == nil {
		handler = func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "music") }
	}
	w := &world{T: t, names: names, server: nettest.Serve(t, handler)}
	w.remount("music.example", false)
	return w
}

// remount begins with a new network of a catalog at a host.
func (w *world) remount(host string, atHome bool) {
	w.Helper()
	base, err := url.Parse("http://" + host + ":" + w.server.Port + "/")
	if err != nil {
		w.Fatal(err)
	}
	w.n = New(Options{Base: base, AtHome: atHome})
	w.n.named = func(*http.Request) (*url.URL, error) { return nil, nil }
	n := w.n
	w.Cleanup(func() { _ = n.Close() })
}

// get asks a host for the path of that name. The path shows which one was asked.
func (w *world) get(host string) error {
	resp, err := w.n.Client.Get("http://" + host + ":" + w.server.Port + "/" + strings.Trim(host, "[]"))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// reaches fails the test unless a host is reached at an address.
func (w *world) reaches(host, at string) {
	w.Helper()
	if err := w.get(host); err != nil {
		w.Errorf("%s: %v", host, err)
	}
	if asked := w.server.Asked(); len(asked) != 1 || !strings.HasPrefix(asked[0], at+" ") {
		w.Errorf("%s is asked at %q, want %s", host, asked, at)
	}
}

// refuses fails the test unless a host is not asked, and why is in the error.
func (w *world) refuses(host string, why error) {
	w.Helper()
	if err := w.get(host); !errors.Is(err, why) || !errors.Is(err, fetch.ErrDenied) {
		w.Errorf("%s: %v, want %v", host, err, why)
	}
	if asked := w.server.Asked(); len(asked) > 0 {
		w.Errorf("%s is asked: %q", host, asked)
	}
}

// forms are addresses of the local network in all forms that reach a server here.
var forms = []string{
	"10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.2", "100.64.0.1", "0.0.0.0", "198.18.0.1", "192.0.0.192",
	"::ffff:10.0.0.1", "fd00::1", "fec0::1", "64:ff9b::10.0.0.1", "64:ff9b:1::10.0.0.1", "2002:a00:1::1", "::10.0.0.1",
	"::ffff:0:10.0.0.1", "2001:0:a00:1::", "2620:149:af0::5efe:10.0.0.1",
}

// A catalog that was reached on the Internet stays there, whatever the DNS says of it
// or of others later.
func TestRebinding(t *testing.T) {
	w := newWorld(t, nil)
	if w == nil {
		return
	}
	w.names.Set("music.example", "17.1.1.1", "10.0.0.1")
	w.reaches("music.example", "17.1.1.1")
	w.n.Client.CloseIdleConnections()
	w.refuses("music.example", errNameMoved)
	w.refuses("MUSIC.example.", errNameMoved)
	w.refuses("127.0.0.2", errAbroad)
	for _, form := range forms {
		w.names.Set("music.example", form)
		w.names.Set("track.example", form)
		w.refuses("music.example", errNameMoved)
		w.refuses("track.example", errAbroad)
		if strings.Contains(form, ":") {
			form = "[" + form + "]"
		}
		w.refuses(form, errAbroad)
	}
	w.names.Set("music.example", "17.2.2.2")
	w.reaches("music.example", "17.2.2.2")
}

// A name is looked up once for a connection: an answer that comes for a second time
// counts for nothing.
func TestRebindingBetweenLookUps(t *testing.T) {
	w := newWorld(t, nil)
	if w == nil {
		return
	}
	w.names.Set("music.example", "17.1.1.1")
	w.reaches("music.example", "17.1.1.1")
	for range 5 {
		w.names.Set("track.example", "17.3.3.3", "10.0.0.1")
		w.reaches("track.example", "17.3.3.3")
		w.n.Client.CloseIdleConnections()
		w.refuses("track.example", errAbroad)
	}
}

// Of the addresses of one name, those of the local network are left out.
func TestOtherAddressOfAName(t *testing.T) {
	w := newWorld(t, nil)
	if w == nil {
		return
	}
	w.names.Set("music.example", "17.1.1.1")
	w.reaches("music.example", "17.1.1.1")
	w.names.Set("track.example", "10.0.0.1 fd00::1 169.254.169.254 17.3.3.3")
	w.reaches("track.example", "17.3.3.3")
	w.names.Set("other.example", "fd00::1 10.0.0.1")
	w.refuses("other.example", errAbroad)

	w.names.Set("away.example", "10.0.0.1 17.3.3.3")
	w.server.Close()
	err := w.get("away.example")
	if _, isDial := errors.AsType[*net.OpError](err); !isDial || errors.Is(err, fetch.ErrDenied) {
		t.Errorf("the public address does not answer: %v", err)
	}
}

// A catalog at home may lead to the Internet and into its own network, but to no
// link-local address.
func TestAtHome(t *testing.T) {
	w := newWorld(t, nil)
	if w == nil {
		return
	}
	w.names.Set("music.example", "10.0.0.1")
	w.names.Set("track.example", "10.0.0.2")
	w.names.Set("cdn.example", "17.3.3.3")
	for _, linkLocal := range []string{"169.254.169.254", "64:ff9b::169.254.169.254", "2002:a9fe:a9fe::1"} {
		w.names.Set("cloud.example", linkLocal)
		w.refuses("cloud.example", errLinkLocal)
	}
	w.reaches("music.example", "10.0.0.1")
	w.reaches("track.example", "10.0.0.2")
	w.reaches("cdn.example", "17.3.3.3")
	w.reaches("127.0.0.2", "127.0.0.2")
	w.refuses("169.254.169.254", errLinkLocal)
	w.names.Set("music.example", "169.254.169.254")
	w.n.Client.CloseIdleConnections()
	w.refuses("music.example", errLinkLocal)

	w.remount("169.254.7.7", false)
	w.reaches("169.254.7.7", "169.254.7.7")
	w.reaches("track.example", "10.0.0.2")
	w.refuses("169.254.169.254", errLinkLocal)

	w.n = New(Options{}) // without a server
	defer w.n.Close()
	w.reaches("track.example", "10.0.0.2")
	w.reaches("cdn.example", "17.3.3.3")
	w.refuses("169.254.169.254", errLinkLocal)
	w.refuses("cloud.example", errLinkLocal)
}

// When a catalog moves to the Internet, the connections that it had into the local
// network go: no request uses them again.
func TestMovesToTheInternet(t *testing.T) {
	hold := make(chan struct{})
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "music")
		if r.URL.Path == "/slow.example" {
			_ = http.NewResponseController(w).Flush()
			<-hold
		}
	})
	if w == nil {
		return
	}
	defer close(hold)
	w.names.Set("music.example", "10.0.0.1", "17.1.1.1", "10.0.0.1")
	w.names.Set("track.example", "10.0.0.2")
	w.names.Set("slow.example", "10.0.0.3")
	w.names.Set("cdn.example", "17.3.3.3")
	for range 2 { // the second time by the same connection
		w.reaches("music.example", "10.0.0.1")
		w.reaches("track.example", "10.0.0.2")
	}
	slow, err := w.n.Client.Get("http://slow.example:" + w.server.Port + "/slow.example")
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Body.Close()
	w.server.Asked()
	w.reaches("cdn.example", "17.3.3.3")

	conn, err := w.n.Dial(t.Context(), "tcp", "music.example:"+w.server.Port) // as a download does
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if _, err := io.Copy(io.Discard, slow.Body); err == nil {
		t.Error("a response of the local network goes on")
	}
	w.refuses("track.example", errAbroad)
	w.refuses("slow.example", errAbroad)
	w.refuses("music.example", errNameMoved)
	w.reaches("cdn.example", "17.3.3.3")
	if len(w.n.guard.local) > 0 {
		t.Errorf("%d connections of the local network are left", len(w.n.guard.local))
	}
}

// A track that a stored listing names is asked for before the catalog. The catalog's
// own server is connected to first, and decides.
func TestTrackBeforeTheCatalog(t *testing.T) {
	w := newWorld(t, nil)
	if w == nil {
		return
	}
	w.names.Set("track.example", "10.0.0.2")
	w.names.Set("music.example", "10.0.0.1")
	w.reaches("track.example", "10.0.0.2")

	w.remount("music.example", false)
	w.names.Set("music.example", "17.1.1.1", "10.0.0.1")
	w.refuses("track.example", errAbroad)
	w.refuses("track.example", errAbroad)
	w.refuses("music.example", errNameMoved)

	w.remount("music.example", false)
	w.names.Set("music.example") // does not exist
	for range 2 {
		err := w.get("track.example")
		if _, isLookup := errors.AsType[*net.DNSError](err); !isLookup || errors.Is(err, fetch.ErrDenied) || len(w.server.Asked()) > 0 {
			t.Errorf("the catalog's server cannot be found: %v", err)
		}
	}
	w.names.Set("cdn.example", "17.3.3.3") // for this nothing must be known
	w.reaches("cdn.example", "17.3.3.3")
	w.names.Set("music.example", "10.0.0.1")
	w.reaches("track.example", "10.0.0.2")
}

// Those who ask before the catalog at a time share one connection to it.
func TestTracksBeforeTheCatalog(t *testing.T) {
	w := newWorld(t, nil)
	if w == nil {
		return
	}
	w.names.Set("track.example", "10.0.0.2")
	for _, at := range []string{"10.0.0.1", "17.1.1.1"} {
		w.remount("music.example", false)
		w.names.Set("music.example", at, "10.0.0.1")
		results := make(chan error)
		for range 20 {
			go func() { results <- w.get("track.example") }()
		}
		for range 20 {
			if err := <-results; errors.Is(err, fetch.ErrDenied) != (at == "17.1.1.1") || err != nil && !errors.Is(err, fetch.ErrDenied) {
				t.Errorf("the catalog is at %s: %v", at, err)
			}
		}
	}
	if asked := w.server.Asked(); len(asked) != 20 || slices.Contains(asked, "10.0.0.1 /music.example") {
		t.Errorf("asked: %q", asked)
	}
}

// The user may say that a catalog is at home, wherever its name leads.
func TestUserSaysHome(t *testing.T) {
	w := newWorld(t, nil)
	if w == nil {
		return
	}
	w.remount("music.example", true)
	w.names.Set("music.example", "17.1.1.1", "10.0.0.1")
	w.names.Set("track.example", "10.0.0.2")
	w.reaches("track.example", "10.0.0.2")
	w.reaches("music.example", "17.1.1.1")
	w.reaches("track.example", "10.0.0.2")
	w.n.Client.CloseIdleConnections()
	w.reaches("music.example", "10.0.0.1")
	w.refuses("169.254.169.254", errLinkLocal)
}

// A catalog that an earlier mount found on the Internet reaches its own server at home,
// and no other that it may have named then.
func TestEarlierMount(t *testing.T) {
	w := newWorld(t, nil)
	if w == nil {
		return
	}
	noted := 0
	w.names.Set("music.example", "10.0.0.1", "17.1.1.1")
	w.names.Set("track.example", "10.0.0.2")
	w.n.Remember(false, func() { noted++ })
	w.reaches("music.example", "10.0.0.1")
	if noted > 0 {
		t.Error("it was not on the Internet yet")
	}
	for range 3 {
		w.n.Client.CloseIdleConnections()
		w.reaches("music.example", "17.1.1.1")
	}
	if noted != 1 {
		t.Errorf("noted %d times", noted)
	}

	w.remount("music.example", false)
	w.names.Set("music.example", "10.0.0.1")
	w.n.Remember(true, func() { t.Error("it is at home now") })
	w.refuses("track.example", errReturned)
	w.reaches("music.example", "10.0.0.1")
	w.refuses("track.example", errReturned)

	w.remount("music.example", true)
	w.n.Remember(true, func() { t.Error("the user says that it is at home") })
	w.reaches("track.example", "10.0.0.2")
}
